"""Transfer encodings that readers take differently, and damage in base64 and quoted-printable (RFC 2045 section 6)."""

import base64
import quopri

from tests import builders
from tests.builders import CRLF
from tests.detection import payloads
from tests.detection.case import Case, Source, hostile
from tests.detection.mails import attached, b64, lines, mixed, part, raw, with_part
from tests.detection.payloads import ELF, JSCRIPT, PE, ZIP, docm, smuggler

_NAMED = 'Content-Type: application/octet-stream; name="invoice.exe"\nContent-Disposition: attachment\n'
_TEXT = "Content-Type: text/plain\n"

_FIELDS = {
    "base64 then 7bit": "Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit\n",
    "7bit then base64": "Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n",
    "quoted-printable then base64": "Content-Transfer-Encoding: quoted-printable\nContent-Transfer-Encoding: base64\n",
    "with a comment": "Content-Transfer-Encoding: base64 (really)\n",
    "comment before": "Content-Transfer-Encoding: (7bit) base64\n",
    "comment inside": "Content-Transfer-Encoding: base(x)64\n",
    "quoted": 'Content-Transfer-Encoding: "base64"\n',
    "semicolon behind": "Content-Transfer-Encoding: base64;\n",
    "parameter behind": "Content-Transfer-Encoding: base64; x=y\n",
    "comma list": "Content-Transfer-Encoding: 7bit, base64\n",
    "two words": "Content-Transfer-Encoding: 7bit base64\n",
    "encoded word": "Content-Transfer-Encoding: =?us-ascii?Q?base64?=\n",
    "blank before the colon": "Content-Transfer-Encoding : base64\n",
    "fold": "Content-Transfer-Encoding:\n base64\n",
    "fold of blanks": "Content-Transfer-Encoding:\n \n base64\n",
    "mixed case": "content-transfer-ENCODING: BaSe64\n",
    "NUL behind": "Content-Transfer-Encoding: base64\0\n",
    "vertical tab": "Content-Transfer-Encoding: \x0bbase64\n",
    "eight bits": "Content-Transfer-Encoding: base64\u00a0\n",
    "dash": "Content-Transfer-Encoding: base-64\n",
    "b": "Content-Transfer-Encoding: b\n",
    "x-base64": "Content-Transfer-Encoding: x-base64\n",
    "wrong field name": "Content-Encoding: base64\n",
    "underscores": "Content_Transfer_Encoding: base64\n",
    "dot behind": "Content-Transfer-Encoding: base64.\n",
}


def cases() -> list[Case]:
    """Return the classes transfer encodings, base64 damage and quoted-printable damage."""
    return [
        *hostile("transfer encodings", _fields() | _others()),
        *hostile("base64 damage", _base64()),
        *hostile("quoted-printable damage", _quoted_printable()),
    ]


def _fields() -> dict[str, Source]:
    """Hide the program where only one of two readings decodes it; a few as a text without a name."""
    sent: dict[str, Source] = {}
    for number, (name, field) in enumerate(_FIELDS.items()):
        content = (PE, ELF, ZIP)[number % 3]
        sent[f"base64, field {name}"] = with_part((_TEXT if number % 2 else _NAMED) + field, b64(content))
    return sent


def _others() -> dict[str, Source]:
    uu = builders.uuencoded(PE, "invoice.exe")
    inner = builders.multipart(builders.text(), builders.part(PE, "application/x-exe", "a.exe"), boundary="inner")
    body = inner.partition(b"\r\n\r\n")[2]
    whole = builders.mail(inner)
    head = 'Content-Type: multipart/mixed; boundary="inner"\n'
    sent: dict[str, Source] = {
        f"uuencode under {word}": with_part(f"{_TEXT}Content-Transfer-Encoding: {word}\n", uu)
        for word in ("x-uuencode", "uuencode", "x-uue", "uue", "x-uu")
    }
    sent |= {
        "gzip under x-gzip64": with_part(f"{_TEXT}Content-Transfer-Encoding: x-gzip64\n", b64(PE)),
        "yEnc": with_part(
            f"{_TEXT}Content-Transfer-Encoding: x-yencode\n", b"=ybegin line=128 size=3 name=a.exe\r\nw\r\n"
        ),
        "multipart in base64": raw(head + "Content-Transfer-Encoding: base64\n", b64(body)),
        "multipart in quoted-printable": raw(
            head + "Content-Transfer-Encoding: quoted-printable\n",
            quopri.encodestring(body).replace(b"\n", CRLF).replace(b"\r\r\n", CRLF).replace(b"--inner", b"=2D-inner"),
        ),
        "multipart in base64 inside another": mixed(part(head + "Content-Transfer-Encoding: base64\n", b64(body))),
        "message in base64": with_part("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n", b64(whole)),
        "message in quoted-printable": with_part(
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n",
            builders.encoded(whole, "quoted-printable"),
        ),
        "message in uuencode": with_part(
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: x-uuencode\n", builders.uuencoded(whole, "a.eml")
        ),
        "binary and unencoded": attached(
            PE.replace(b"\r", b"").replace(b"\n", b""), "application/x-exe", "a.exe", "binary"
        ),
        "8bit and unencoded as a photo": attached(
            PE.replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"\x01"), "image/jpeg", "a.jpg", "8bit"
        ),
        "photo declared 7bit, base64 of a program": with_part(
            'Content-Type: image/jpeg; name="a.jpg"\nContent-Transfer-Encoding: 7bit\n', b64(PE)
        ),
        "base64 twice": attached(b64(PE), "image/jpeg", "a.jpg"),
    }
    return sent


def _base64() -> dict[str, Source]:
    """Damage base64 so that some decoders go on and others stop, skip or repair (RFC 2045 section 6.8)."""
    text = base64.b64encode(PE)
    wide = [text[at : at + 76] for at in range(0, len(text), 76)]
    photo, program = base64.b64encode(builders.photo()), text
    padded = base64.b64encode(builders.photo() + b"\0" * (1 - len(builders.photo()) % 3))
    short = base64.b64encode(builders.photo()[: len(builders.photo()) // 3 * 3 - 2])
    damaged = {
        "garbage in every line": CRLF.join(line[:10] + b"!#*" + line[10:] for line in wide),
        "padding inside": text[:40] + b"==" + text[40:],
        "every chunk padded": CRLF.join(base64.b64encode(PE[at : at + 40]) for at in range(0, len(PE), 40)),
        "one character per line": CRLF.join(text[at : at + 1] for at in range(600)),
        "no padding": CRLF.join(wide).rstrip(b"="),
        "padding of eight": CRLF.join(wide) + b"========",
        "URL alphabet": CRLF.join(line.translate(bytes.maketrans(b"+/", b"-_")) for line in wide),
        "blanks between all": CRLF.join(b" ".join(line[at : at + 4] for at in range(0, 76, 4)) for line in wide),
        "tabs before lines": CRLF.join(b"\t" + line for line in wide),
        "NULs between": CRLF.join(line[:8] + b"\0" + line[8:] for line in wide),
        "eight bits between": CRLF.join(line[:8] + b"\xa0" + line[8:] for line in wide),
        "garbage before": b"!!!!----\r\n" + CRLF.join(wide),
        "empty lines before": CRLF * 40 + CRLF.join(wide),
        "padding before": b"====\r\n" + CRLF.join(wide),
        "dash line inside": wide[0] + b"\r\n-\r\n" + CRLF.join(wide[1:]),
        "dot line inside": wide[0] + b"\r\n.\r\n" + CRLF.join(wide[1:]),
        "comment inside": wide[0] + b"(A)\r\n" + CRLF.join(wide[1:]),
        "one line": text,
        "header in the body": b"Content-Type: image/jpeg\r\n\r\n" + CRLF.join(wide),
        "begin line": b"begin-base64 644 a.exe\r\n" + CRLF.join(wide) + b"\r\n====\r\n",
    }
    sent: dict[str, Source] = {name: _as_photo(body) for name, body in damaged.items()}
    sent |= {f"{name}, as a text": with_part(f"{_TEXT}Content-Transfer-Encoding: base64\n", damaged[name])
             for name in ("garbage in every line", "padding inside", "URL alphabet", "NULs between")}  # fmt: skip
    sent |= {
        "photo, padding, program": _as_photo(padded + b"=\r\n" + program),
        "photo, padding, program in the same line": _as_photo(short.rstrip(b"=") + b"==" + program),
        "photo, padding, ZIP": _as_photo(short + CRLF + base64.b64encode(ZIP)),
        "photo, then a character outside, then a program": _as_photo(photo.rstrip(b"=") + b"\r\n-\r\n" + program),
        "photo, then a line of dashes and a program": _as_photo(photo + b"\r\n-----\r\n" + program),
        "photo and one stray character": _as_photo(photo.rstrip(b"=") + b"A"),
        "text, padding, page that builds a file": with_part(
            "Content-Type: text/html\nContent-Transfer-Encoding: base64\n",
            base64.b64encode(b"<p>Hello</p>\n") + CRLF + base64.b64encode(smuggler().encode()),
        ),
    }
    return sent


def _as_photo(body: bytes) -> bytes:
    return with_part(
        'Content-Type: image/jpeg; name="a.jpg"\nContent-Disposition: attachment; filename="a.jpg"\n'
        "Content-Transfer-Encoding: base64\n",
        body,
    )


def _quoted_printable() -> dict[str, Source]:
    """Damage quoted-printable (RFC 2045 section 6.7) so that one decoder sees text and another a file."""
    page = smuggler().replace("=", "=3D")
    code = page.encode()
    tags = {
        "lower-case hexadecimal": page.replace("<", "=3c"),
        "blank inside": page.replace("<script>", "=3 Cscript>"),
        "letters that are no hexadecimal": page.replace("<script>", "=XX<script>"),
        "soft break inside the tag": page.replace("<script>", "<scr=\nipt>"),
        "soft break with blanks": page.replace("<script>", "<scr=  \t\nipt>"),
        "equal sign twice": page.replace("<script>", "==3Cscript>"),
        "equal sign at the end": page.rstrip() + "=\n",
        "one digit": page.replace("<script>", "=3<script>"),
        "encoded line end inside": page.replace("<script>", "<script=0D=0A>"),
        "encoded NUL": page.replace("<script>", "<scr=00ipt><script>"),
        "everything encoded": "".join(
            f"={byte:02X}" + ("=\n" if number % 24 == 23 else "") for number, byte in enumerate(smuggler().encode())
        ),
        "underscores for blanks": page.replace(" ", "_"),
        "double encoding": page.replace("=", "=3D").replace("<script>", "=3D3Cscript>") + page,
    }
    field = "Content-Transfer-Encoding: quoted-printable\n"
    sent: dict[str, Source] = {
        f"page that builds a file, {name}": raw(
            f"MIME-Version: 1.0\nContent-Type: text/html\n{field}", text, ordinary=False
        )
        for name, text in tags.items()
    }
    plain = builders.encoded(PE, "quoted-printable")
    loose = {
        "lower case": plain.lower(),
        "raw eight bits": PE.replace(b"=", b"=3D").replace(b"\r", b"=0D").replace(b"\n", b"=0A"),
        "no soft breaks": plain.replace(b"=\r\n", b""),
        "broken escapes": plain.replace(b"=00=00=00", b"=00=0=00=G0", 3),
        "blanks at line ends": plain.replace(b"=\r\n", b"=   \r\n"),
        "a lone equal sign as a line": plain.replace(b"=\r\n", b"=\r\n=\r\n", 4),
    }
    sent |= {
        f"program as a photo, {name}": with_part(f'Content-Type: image/jpeg; name="a.jpg"\n{field}', body)
        for name, body in loose.items()
    }
    sent["script with broken escapes"] = with_part(
        f'Content-Type: text/plain; name="a.js"\n{field}', JSCRIPT.replace(b"(", b"=2(")
    )
    sent["ZIP in lower case"] = with_part(f"{_TEXT}{field}", builders.encoded(ZIP, "quoted-printable").lower())
    sent["macros with blanks"] = with_part(
        f'Content-Type: application/pdf; name="a.pdf"\n{field}',
        builders.encoded(docm(), "quoted-printable").replace(b"=\r\n", b"= \r\n"),
    )
    sent["raw page under a wrong word"] = with_part(
        "Content-Type: text/html\nContent-Transfer-Encoding: quoted_printable\n", code
    )
    sent["page in base64 and quoted-printable"] = with_part(
        "Content-Type: text/html\nContent-Transfer-Encoding: base64\nContent-Transfer-Encoding: quoted-printable\n",
        b64(payloads.smuggler().encode()),
    )
    sent["plain text only in one reading"] = with_part(f"{_TEXT}{field}", lines("=4D=5A" + "=90=00" * 40 + "\n"))
    return sent
