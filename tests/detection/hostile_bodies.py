"""Files inside text bodies: historic encodings, data: addresses, script that builds a file."""

import base64
import binascii
import zlib

from tests import builders
from tests.builders import CRLF
from tests.detection.case import Case, Source, hostile
from tests.detection.mails import COVER, b64, html, lines, mixed, part, raw
from tests.detection.payloads import ELF, JSCRIPT, LNK, PE, SVG, ZIP, docm, smuggler

_XX = "+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_UU = "".join(map(chr, range(32, 96)))
_HQX = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
_B64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def cases() -> list[Case]:
    """Return the class encodings inside bodies."""
    return hostile("encodings inside bodies", _historic() | _bare() | _pages())


def xxencoded(content: bytes, name: str) -> bytes:
    """Encode like uuencode with the alphabet of xxencode."""
    table = bytes.maketrans((_UU.replace(" ", "`")).encode(), _XX.encode())
    body = builders.encoded(content, "uuencode").replace(b" ", b"`")
    coded = b"".join(line.translate(table) + CRLF for line in body.split(CRLF) if line)
    return f"begin 644 {name}\r\n".encode() + coded + b"+\r\nend\r\n"


def yencoded(content: bytes, name: str) -> bytes:
    """Encode by the yEnc draft 1.3."""
    out = bytearray()
    for byte in content:
        code = (byte + 42) & 255
        out += bytes((61, (code + 64) & 255)) if code in b"\0\n\r=." else bytes((code,))
    wide = b"".join(bytes(out[at : at + 128]) + CRLF for at in range(0, len(out), 128))
    head = f"=ybegin line=128 size={len(content)} name={name}\r\n".encode()
    return head + wide + f"=yend size={len(content)} crc32={zlib.crc32(content):08x}\r\n".encode()


def binhex(content: bytes, name: str) -> bytes:
    """Encode as BinHex 4.0 (RFC 1741)."""
    head = bytes((len(name),)) + name.encode() + b"\0APPL????\0\0" + len(content).to_bytes(4, "big") + bytes(4)
    raw_fork = head + binascii.crc_hqx(head + b"\0\0", 0).to_bytes(2, "big")
    raw_fork += content + binascii.crc_hqx(content + b"\0\0", 0).to_bytes(2, "big") + b"\0\0"
    packed = raw_fork.replace(b"\x90", b"\x90\0")
    coded = base64.b64encode(packed).rstrip(b"=").translate(bytes.maketrans(_B64.encode(), _HQX.encode()))
    body = b":" + coded + b":"
    wide = CRLF.join(body[at : at + 64] for at in range(0, len(body), 64))
    return b"(This file must be converted with BinHex 4.0)\r\n\r\n" + wide + CRLF


def _text(body: bytes) -> bytes:
    return builders.mail(
        builders.part(b"Hello,\r\n\r\n" + body, "text/plain; charset=utf-8", encoding="8bit", disposition=None)
    )


def _historic() -> dict[str, Source]:
    block = builders.uuencoded(PE, "invoice.exe")
    first, _, rest = block.partition(CRLF)
    return {
        "uuencode": _text(block),
        "uuencode of a ZIP": _text(builders.uuencoded(ZIP, "invoice.zip")),
        "uuencode of macros named as a photo": _text(builders.uuencoded(docm(), "photo.jpg")),
        "uuencode without an end": _text(block.replace(b"`\r\nend\r\n", b"")),
        "uuencode with blanks for grave accents": _text(block.replace(b"`", b" ")),
        "uuencode with a name of several words": _text(builders.uuencoded(PE, "my new invoice.exe")),
        "uuencode with four digits of mode": _text(block.replace(b"begin 644", b"begin 0644")),
        "uuencode with tabs": _text(block.replace(b"begin 644 ", b"begin\t644\t")),
        "uuencode without a name": _text(b"begin 644 \r\n" + rest),
        "uuencode with an empty line behind begin": _text(first + CRLF + CRLF + rest),
        "uuencode with a damaged line": _text(block.replace(CRLF, b"~~\r\n", 4)),
        "uuencode in an HTML body": html("<pre>\r\n" + block.decode() + "</pre>"),
        "uuencode without MIME": builders.message(headers=builders.ORDINARY[:-1], body=block),
        "uuencode in base64": builders.mail(builders.part(block, "text/plain", disposition=None)),
        "uuencode in quoted-printable": builders.mail(
            builders.part(block, "text/plain", encoding="quoted-printable", disposition=None)
        ),
        "uuencode in the second part": mixed(
            COVER, builders.part(block, "text/plain", encoding="7bit", disposition="inline")
        ),
        "uuencode in a text of an attached message": mixed(part("Content-Type: message/rfc822\n", _text(block))),
        "two uuencoded files": _text(builders.uuencoded(builders.photo(), "a.jpg") + block),
        "uuencode right behind a sentence": _text(b"see:\r\n" + builders.uuencoded(ELF, "a")),
        "begin-base64": _text(b"begin-base64 644 invoice.exe\r\n" + b64(PE) + b"====\r\n"),
        "xxencode": _text(xxencoded(PE, "invoice.exe")),
        "yEnc": _text(yencoded(PE, "invoice.exe")),
        "yEnc of several parts": _text(
            yencoded(PE, "invoice.exe").replace(b"=ybegin ", b"=ybegin part=1 ").replace(b"name=", b"name=", 1)
        ),
        "BinHex": _text(binhex(PE, "invoice.exe")),
        "BinHex of a ZIP": _text(binhex(ZIP, "invoice.zip")),
    }


def _bare() -> dict[str, Source]:
    return {
        "bare base64 of a program": _text(b64(PE)),
        "bare base64 of a ZIP": _text(b64(ZIP)),
        "bare base64 in one line": _text(base64.b64encode(PE) + CRLF),
        "bare base64 of macros": _text(b64(docm())),
        "bare base64, quoted": _text(b"".join(b"> " + line + CRLF for line in b64(PE).split(CRLF) if line)),
        "certificate that is a program": _text(
            b"-----BEGIN CERTIFICATE-----\r\n" + b64(PE) + b"-----END CERTIFICATE-----\r\n"
        ),
        "part header pasted into a text": _text(builders.part(PE, "application/octet-stream", "invoice.exe")),
        "hexadecimal dump of a program": _text(
            b"".join(PE[at : at + 32].hex().encode() + CRLF for at in range(0, len(PE), 32))
        ),
        "multipart pasted into a text": _text(
            b"--xyz\r\n" + builders.part(PE, "application/octet-stream", "invoice.exe") + b"\r\n--xyz--\r\n"
        ),
        "base64 under a PGP banner": _text(
            b"-----BEGIN PGP MESSAGE-----\r\n\r\n" + b64(PE) + b"-----END PGP MESSAGE-----\r\n"
        ),
        "PowerShell with a program in it": _text(
            b"powershell -c [IO.File]::WriteAllBytes('a.exe',[Convert]::FromBase64String('"
            + base64.b64encode(PE)
            + b"'))\r\n"
        ),
    }


def _pages() -> dict[str, Source]:
    data = base64.b64encode(PE).decode()
    script = smuggler()
    numbers = ",".join(map(str, PE))
    packed = base64.b64encode(ZIP).decode()
    vector = base64.b64encode(SVG).decode()
    bodies = {
        "data address to download": f'<a download="invoice.exe" href="data:application/octet-stream;base64,{data}">see</a>',
        "data address of a ZIP": f'<a href="data:application/zip;base64,{packed}">see</a>',
        "data address in a frame": f'<iframe src="data:text/html;base64,{base64.b64encode(script.encode()).decode()}"></iframe>',
        "data address in an object": f'<object data="data:application/x-msdownload;base64,{data}"></object>',
        "data address in an embed": f'<embed src="data:application/hta;base64,{base64.b64encode(JSCRIPT).decode()}">',
        "data address without quotes": f"<a href=data:;base64,{data}>see</a>",
        "data address in upper case": f'<A HREF="DATA:APPLICATION/OCTET-STREAM;BASE64,{data}">see</A>',
        "data address with character references": f'<a href="&#100;ata&colon;application/octet-stream;base64,{data}">see</a>',
        "data address with a line break": f'<a href="da\nta:application/octet-stream;base64,{data}">see</a>',
        "data address as an image": f'<img src="data:image/png;base64,{data}">',
        "data address of SVG with script": f'<embed src="data:image/svg+xml;base64,{vector}">',
        "data address percent-encoded": '<a href="data:application/octet-stream,' + "".join(f"%{b:02X}" for b in PE) + '">x</a>',
        "data address in a style": f'<div style="background:url(data:application/octet-stream;base64,{data})">x</div>',
        "data address in a refresh": f'<meta http-equiv="refresh" content="0;url=data:text/html;base64,{data}">',
        "data address of a shortcut": f'<a href="data:application/x-ms-shortcut;base64,{base64.b64encode(LNK).decode()}">x</a>',
        "script that builds a file": script,
        "script with an array of numbers": f"<script>var f=new Blob([new Uint8Array([{numbers}])]);"
        "navigator.msSaveOrOpenBlob(f,'invoice.exe')</script>",
        "script with File": script.replace("new Blob([a],{type:'octet/stream'})", "new File([a],'invoice.exe')"),
        "script in an event": f"<body onload=\"location='data:application/octet-stream;base64,{data}'\">",
        "script in an SVG": f"<svg><script>var a=atob('{data}');open(URL.createObjectURL(new Blob([a])))</script></svg>",
        "script with entities": script.replace("<script>", "<svg/onload=&#101;val(atob(x))><script>"),
        "script in a mixed-case tag": script.replace("<script>", "<ScRiPt\t>"),
        "frame with a document": "<iframe srcdoc='" + script.replace("'", "&#39;") + "'></iframe>",
    }  # fmt: skip
    sent: dict[str, Source] = {f"HTML: {name}": html(body) for name, body in bodies.items()}
    sent |= {
        "HTML in UTF-16": builders.mail(
            builders.part(b"\xff\xfe" + script.encode("utf-16-le"), "text/html; charset=utf-16", disposition=None)
        ),
        "HTML in UTF-7": builders.mail(
            builders.part(script.encode("utf-7"), "text/html; charset=utf-7", disposition=None)
        ),
        "HTML in a text with a wrong type": raw("Content-Type: text/x-html\n", lines(script)),
        "HTML as an alternative, encoded": mixed(COVER, builders.text(script, "html", "base64"), subtype="alternative"),
        "HTML as plain text": builders.mail(builders.text(script)),
        "AMP page that builds a file": mixed(COVER, builders.text(script, "x-amp-html"), subtype="alternative"),
    }
    return sent
