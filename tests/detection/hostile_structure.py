"""Structure that readers take apart differently: fields twice, header and body not separated, parts outside parts.

RFC 5322 sections 2.1 to 2.2.3 and 4.5, RFC 2045, RFC 2046 sections 5.1 and 5.2.
"""

from tests import builders
from tests.builders import CRLF
from tests.detection.case import Case, Source, hostile
from tests.detection.mails import COVER, attached, b64, lines, mixed, part, raw
from tests.detection.payloads import ELF, PE, VBS, ZIP, docm, smuggler

_FILE = builders.part(PE, "application/octet-stream", "invoice.exe")
_MULTI = "Content-Type: multipart/mixed; boundary=AAA\n"
_BODY = b"--AAA\r\n" + builders.text() + b"\r\n--AAA\r\n" + _FILE + b"\r\n--AAA--\r\n"


def cases() -> list[Case]:
    """Return the class structure."""
    return hostile("structure", _headers() | _part_headers() | _outside() | _kinds())


def _headers() -> dict[str, Source]:
    """Write a multipart whose header one reader takes for another."""
    fields = {
        "text then multipart": "Content-Type: text/plain\n" + _MULTI,
        "multipart then text": _MULTI + "Content-Type: text/plain\n",
        "types in other cases": "Content-Type: text/plain\nCONTENT-TYPE: multipart/mixed; boundary=AAA\n",
        "blank before the colon": _MULTI.replace(":", " :"),
        "tab before the colon": _MULTI.replace(":", "\t:"),
        "blank before the name": "Subject: x\n " + _MULTI,
        "NUL in the name": _MULTI.replace("-Type", "-\0Type"),
        "NUL before the name": "\0" + _MULTI,
        "no colon": _MULTI.replace(":", ""),
        "line without a colon before": "hello\n" + _MULTI,
        "line of a colon before": ": hello\n" + _MULTI,
        "fold of blanks before": "Subject: x\n  \n" + _MULTI,
        "fold of a tab before": "Subject: x\n\t\n" + _MULTI,
        "line of a blank before": "X-A: b\n \n" + _MULTI,
        "fold behind the name": "Content-Type\n : multipart/mixed; boundary=AAA\n",
        "eight bits in the name": _MULTI.replace("Type", "Typ\u00eb"),
        "mbox line inside": "From a@b Mon Mar  3 10:00:00 2025\n" + _MULTI,
        "escaped mbox line inside": ">From a@b\n" + _MULTI,
        "zero-width space in the name": _MULTI.replace("Content", "Con\u200btent"),
        "name as an encoded word": "=?us-ascii?Q?Content-Type?=: multipart/mixed; boundary=AAA\n",
    }
    sent: dict[str, Source] = {f"header, {name}": raw(text, _BODY) for name, text in fields.items()}
    header = builders.head(builders.ORDINARY)
    version = header.replace(b"MIME-Version: 1.0\r\n", b"")
    sent |= {
        "no MIME-Version, a program all the same": version + lines(_MULTI) + CRLF + _BODY,
        "two MIME-Versions": header + b"MIME-Version: 2.0\r\n" + lines(_MULTI) + CRLF + _BODY,
        "MIME-Version of another kind": version + b"MIME-Version: 2.0\r\n" + lines(_MULTI) + CRLF + _BODY,
        "MIME-Version with a comment": version + b"MIME-Version: 1.(x)0\r\n" + lines(_MULTI) + CRLF + _BODY,
        "empty line before the header": CRLF + header + lines(_MULTI) + CRLF + _BODY,
        "blank line before the header": b" \r\n" + header + lines(_MULTI) + CRLF + _BODY,
        "header in two halves": header + CRLF + lines(_MULTI) + CRLF + _BODY,
        "blank instead of an empty line": header + lines(_MULTI) + b" \r\n" + _BODY,
        "no empty line": header + lines(_MULTI) + _BODY,
        "no empty line, text first": header + lines(_MULTI) + b"Hello, please see below\r\n" + _BODY,
        "mbox line first": b"From a@b Mon Mar  3 10:00:00 2025\r\n" + header + lines(_MULTI) + CRLF + _BODY,
    }
    return sent


def _part_headers() -> dict[str, Source]:
    """Write a part whose header one reader takes for another: a text, or a program."""
    program = b64(PE)
    named = 'Content-Disposition: attachment; filename="invoice.exe"\n'
    encoded = "Content-Transfer-Encoding: base64\n"
    fields = {
        "text then program": "Content-Type: text/plain\nContent-Type: application/x-exe\n" + encoded,
        "encoding behind a line without a colon": "Content-Type: text/plain\nhello\n" + encoded + named,
        "encoding behind a fold of blanks": "Content-Type: text/plain\n \n" + encoded + named,
        "blank before the colon of the encoding": "Content-Type: text/plain\n" + encoded.replace(":", " :"),
        "indented fields": "Content-Type: text/plain\n " + encoded + " " + named,
        "type without a subtype": "Content-Type: application\n" + encoded + named,
        "type with nothing": "Content-Type:\n" + encoded + named,
        "type of semicolons": "Content-Type: ;;;\n" + encoded,
        "fields of MIME in a wrong order and case": "content-DISPOSITION: Attachment; FileName=a.exe\n" + encoded,
        "disposition inline": "Content-Type: text/plain\nContent-Disposition: inline; filename=a.exe\n" + encoded,
        "only an encoding": encoded,
    }
    sent: dict[str, Source] = {f"part, {name}": mixed(COVER, part(text, program)) for name, text in fields.items()}
    sent |= {
        "part, no header at all": mixed(COVER, CRLF + VBS + builders.uuencoded(PE, "a.exe")),
        "part, header runs into the body": mixed(COVER, lines(encoded) + program),
        "part, empty line before its header": mixed(COVER, CRLF + _FILE),
        "part, line of a blank behind its header": mixed(COVER, lines(encoded + named) + b" \r\n" + program),
        "part, 3,000 fields before the encoding": mixed(
            COVER, part("".join(f"X-{n}: y\n" for n in range(3000)) + encoded + named, program)
        ),
        "part, field of 300 KB before the encoding": mixed(
            COVER, part(f"X-A: {'x' * 300_000}\n" + encoded + named, program)
        ),
    }
    return sent


def _outside() -> dict[str, Source]:
    uu = builders.uuencoded(PE, "invoice.exe")
    plain = builders.multipart(builders.text(), boundary="AAA")
    head, _, body = plain.partition(b"\r\n\r\n")
    top = builders.head(builders.ORDINARY) + head + b"\r\n\r\n"
    return {
        "part in the preamble": top + _FILE + CRLF + body,
        "uuencode in the preamble": top + uu + CRLF + body,
        "part with another boundary in the preamble": top + b"--BBB\r\n" + _FILE + b"\r\n--BBB--\r\n" + body,
        "part in the epilogue": top + body + CRLF + _FILE,
        "uuencode in the epilogue": top + body + CRLF + uu,
        "delimited part in the epilogue": top + body + b"--AAA\r\n" + _FILE + b"\r\n--AAA--\r\n",
        "whole message in the epilogue": top + body + CRLF + attached(PE, "application/x-exe", "a.exe"),
        "program in the epilogue": top + body + PE.replace(b"\r", b"").replace(b"\n", b""),
        "page that builds a file in the preamble": top + smuggler().encode() + CRLF + body,
        "part header in a text": builders.mail(builders.text()) + CRLF + _FILE,
        "multipart in a text without MIME": builders.message(headers=builders.ORDINARY[:-1], body=_BODY),
        "epilogue of an inner multipart": builders.mail(
            builders.multipart(plain + b"\r\n" + _FILE, builders.text(), boundary="outer")
        ),
        "no delimiter at all": top + _FILE,
        "only an end": top + b"--AAA--\r\n" + _FILE,
        "unfinished base64 without an end": (top + body.replace(b"--AAA--\r\n", b"--AAA\r\n") + _FILE)[:-9] + CRLF,
    }


def _kinds() -> dict[str, Source]:
    data = builders.part(ZIP, "application/octet-stream", "a.zip")
    deep = _FILE
    for number in range(12):
        deep = builders.multipart(deep, boundary=f"level{number}x")
    return {
        "alternative": mixed(COVER, _FILE, subtype="alternative"),
        "related": mixed(builders.text("<p>x</p>", "html"), _FILE, subtype="related"),
        "parallel": mixed(COVER, _FILE, subtype="parallel"),
        "digest": mixed(builders.mail(_FILE, headers=[("Subject", "x")]), subtype="digest"),
        "digest part without a header": mixed(
            CRLF + builders.head([("Subject", "x")]) + _FILE, subtype="digest"
        ),
        "form data": mixed(part('Content-Disposition: form-data; name="a"; filename="a.exe"\n', PE.replace(b"\r", b"").replace(b"\n", b"")), subtype="form-data"),
        "byte ranges": mixed(COVER, data, subtype="byteranges"),
        "unknown subtype": mixed(COVER, _FILE, subtype="x-unknown"),
        "resource fork and program": mixed(
            builders.part(b"\0\5\x16\7\0\2\0\0" + bytes(40), "application/applefile", "a"),
            builders.part(ELF, "application/octet-stream", "a"), subtype="appledouble",
        ),
        "voice message": mixed(COVER, data, subtype="voice-message"),
        "header set": mixed(COVER, _FILE, subtype="header-set"),
        "signed with three parts": mixed(COVER, builders.part(b"-----BEGIN PGP SIGNATURE-----\r\n", "application/pgp-signature", "a.asc"),
                                         _FILE, subtype="signed"),
        "signed, program in front": mixed(_FILE, builders.part(b"x", "application/pgp-signature", "a.asc"), subtype="signed"),
        "report, original with a program": mixed(
            COVER, builders.part(b"Reporting-MTA: dns; a\r\n", "message/delivery-status", encoding="7bit", disposition=None),
            part("Content-Type: message/rfc822\n", attached(PE, "application/x-exe", "a.exe")),
            subtype="report", params="; report-type=delivery-status",
        ),
        "twelve levels": builders.mail(deep),
        "600 parts": mixed(*[builders.text("x\r\n")] * 600, _FILE),
        "partial": raw(
            'Content-Type: message/partial; id="a@b"; number=1; total=2\n', b"Content-Type: application/x-exe\r\n\r\nx\r\n"
        ),
        "partial, only one piece": raw('Content-Type: message/partial; id="a@b"; number=1; total=1\n', builders.mail(_FILE)),
        "partial inside a multipart": mixed(
            COVER, part('Content-Type: message/partial; id="a@b"; number=2; total=2\n', b64(PE))
        ),
        "external body over FTP": mixed(
            COVER, part('Content-Type: message/external-body; access-type=anon-ftp; site="198.51.100.7"; name="a.exe"\n',
                        "Content-Type: application/octet-stream\n\n")
        ),
        "external body at an address": mixed(
            COVER, part('Content-Type: message/external-body; access-type=URL; URL="http://198.51.100.7/a.exe"\n',
                        "Content-Type: application/octet-stream\n\n")
        ),
        "external body on a share": raw(
            'Content-Type: message/external-body; access-type=local-file; name="\\\\198.51.100.7\\a.exe"\n',
            "Content-Type: application/octet-stream\n\n",
        ),
        "macros as an alternative of the text": mixed(
            COVER, builders.part(docm(), "application/msword", disposition=None), subtype="alternative"
        ),
    }  # fmt: skip
