"""Boundaries that two readers take differently: one sees a text, the other a program beside it.

RFC 2046 section 5.1, RFC 2231 section 3, and the findings of 2024 about filters and clients ("Inbox Invasion").
"""

from tests import builders
from tests.builders import CRLF
from tests.detection.case import Case, Source, hostile
from tests.detection.mails import b64, lines, mixed, part, raw
from tests.detection.payloads import ELF, JSCRIPT, PE, ZIP, docm

_FILE = builders.part(PE, "application/octet-stream", "invoice.exe")
_TEXT = builders.text()

_VALUES = {
    "twice, the first used": ("boundary=AAA; boundary=BBB", "AAA"),
    "twice, the second used": ("boundary=AAA; boundary=BBB", "BBB"),
    "twice in other cases": ("boundary=AAA; BOUNDARY=BBB", "BBB"),
    "in pieces": ('boundary*0="AA"; boundary*1="A"', "AAA"),
    "in pieces beside a whole": ('boundary=BBB; boundary*0="AA"; boundary*1="A"', "AAA"),
    "encoded": ("boundary*=us-ascii''AAA", "AAA"),
    "encoded beside a plain one": ("boundary=BBB; boundary*=us-ascii''AAA", "AAA"),
    "encoded in pieces": ("boundary*0*=us-ascii''A%41; boundary*1*=A", "AAA"),
    "percent-encoded, taken as it is": ("boundary*=us-ascii''%41AA", "%41AA"),
    "encoded word": ('boundary="=?us-ascii?Q?AAA?="', "AAA"),
    "encoded word, taken as it is": ('boundary="=?us-ascii?Q?AAA?="', "=?us-ascii?Q?AAA?="),
    "with a comment behind": ("boundary=AAA (comment)", "AAA"),
    "with a comment before": ("boundary=(comment)AAA", "AAA"),
    "with a comment inside": ("boundary=AA(c)A", "AAA"),
    "with a comment, taken as it is": ("boundary=AA(c)A", "AA(c)A"),
    "in single quotes": ("boundary='AAA'", "AAA"),
    "in single quotes, taken as it is": ("boundary='AAA'", "'AAA'"),
    "without a closing quote": ('boundary="AAA', "AAA"),
    "with a quote behind": ('boundary=AAA"', "AAA"),
    "with text behind the quotes": ('boundary="AA"A', "AA"),
    "with text behind the quotes, joined": ('boundary="AA"A', "AAA"),
    "with quoted pairs": ('boundary="A\\AA"', "AAA"),
    "with quoted pairs, taken as it is": ('boundary="A\\AA"', "A\\AA"),
    "with blanks around the equal sign": ("boundary = AAA", "AAA"),
    "with a blank at the end": ('boundary="AAA "', "AAA"),
    "with a blank at the end, kept": ('boundary="AAA "', "AAA "),
    "with a blank inside, unquoted": ("boundary=AAA BBB", "AAA"),
    "with a blank inside, unquoted, kept": ("boundary=AAA BBB", "AAA BBB"),
    "with specials, unquoted": ("boundary=AA/A=B?C", "AA/A=B?C"),
    "cut at a special": ("boundary=AA;A", "AA"),
    "with eight bits": ("boundary=\u00c4\u00c4A", "\u00c4\u00c4A"),
    "with a NUL": ("boundary=AA\0A", "AA"),
    "with a NUL, kept": ("boundary=AA\0A", "AA\0A"),
    "with a control character": ("boundary=AA\x07A", "AA\x07A"),
    "with a tab": ('boundary="AA\tA"', "AA\tA"),
    "folded inside": ('boundary="AA\n A"', "AA A"),
    "folded inside, joined": ('boundary="AA\n A"', "AAA"),
    "empty": ('boundary=""', ""),
    "of a blank": ('boundary=" "', " "),
    "of two dashes": ('boundary="--"', "--"),
    "of 300 characters": (f"boundary={'A' * 300}", "A" * 300),
    "of 71 characters, cut at 70": (f"boundary={'A' * 71}", "A" * 70),
    "in another case": ("boundary=AAA", "aaa"),
    "without a semicolon before it": (" boundary=AAA", "AAA"),
    "behind a comma": (", boundary=AAA", "AAA"),
    "behind two semicolons": ("; ; boundary=AAA", "AAA"),
    "behind an unclosed quote": ('charset="x; boundary=AAA', "AAA"),
    "inside another value": ('name="; boundary=BBB; x="; boundary=AAA', "BBB"),
    "with a colon": ("boundary:AAA", "AAA"),
    "missing, delimiters all the same": ("charset=utf-8", "AAA"),
}
"""Parameters of the type, and the boundary by which the body is written."""

_LINES = {
    "text behind the delimiter": ("--AAA", "--AAA hello"),
    "blank before the delimiter": ("--AAA", " --AAA"),
    "tab before the delimiter": ("--AAA", "\t--AAA"),
    "one dash": ("--AAA", "-AAA"),
    "three dashes": ("--AAA", "---AAA"),
    "comment behind the delimiter": ("--AAA", "--AAA (x)"),
    "NUL behind the delimiter": ("--AAA", "--AAA\0"),
    "no-break space behind the delimiter": ("--AAA", "--AAA\u00a0"),
    "form feed behind the delimiter": ("--AAA", "--AAA\x0c"),
    "lower case in the body": ("--AAA", "--aaa"),
    "quotes in the body": ("--AAA", '--"AAA"'),
    "longer in the body": ("--AAA", "--AAAB"),
    "end and text behind it": ("--AAA", "--AAA--x"),
    "end and then the program": ("--AAA", "--AAA--\n--AAA"),
    "end, blanks, and then the program": ("--AAA", "--AAA-- \n\n--AAA"),
    "half an end": ("--AAA", "--AAA-"),
}
"""The delimiter before the program, and what stands there instead."""


def cases() -> list[Case]:
    """Return the class boundary parameters."""
    sent: dict[str, Source] = {}
    files = (PE, ELF, ZIP, docm(), JSCRIPT)
    for number, (name, (params, boundary)) in enumerate(_VALUES.items()):
        hidden = builders.part(files[number % 5], "application/octet-stream", "invoice.exe")
        glue = "" if params[:1] in " ,;" else "; "
        sent[f"boundary {name}"] = raw(f"Content-Type: multipart/mixed{glue}{params}\n", _body(boundary, hidden))
    for name, (usual, odd) in _LINES.items():
        body = _body("AAA", _FILE)
        at = body.rindex(lines(usual + "\n" + "Content"))
        changed = body[:at] + lines(odd) + body[at + len(usual) :]
        sent[f"delimiter: {name}"] = raw("Content-Type: multipart/mixed; boundary=AAA\n", changed)
    return hostile("boundary parameters", sent | _nested() | _types())


def _body(boundary: str, hidden: bytes) -> bytes:
    mark = b"--" + lines(boundary)
    return mark + CRLF + _TEXT + CRLF + mark + CRLF + hidden + CRLF + mark + b"--" + CRLF


def _nested() -> dict[str, Source]:
    inner = builders.multipart(_FILE, boundary="same")
    return {
        "same boundary inside": builders.mail(builders.multipart(inner, _TEXT, boundary="same")),
        "inner boundary begins with the outer": builders.mail(
            builders.multipart(builders.multipart(_FILE, boundary="AAAB"), _TEXT, boundary="AAA")
        ),
        "outer boundary begins with the inner": builders.mail(
            builders.multipart(builders.multipart(_FILE, boundary="AAA"), _TEXT, boundary="AAAB")
        ),
        "outer delimiter inside an attached message": mixed(
            part("Content-Type: message/rfc822\n", b"Subject: x\r\n\r\nhello\r\n--=_boundary_1\r\n" + _FILE)
        ),
        "two type fields with a boundary each": raw(
            "Content-Type: multipart/mixed; boundary=AAA\nContent-Type: multipart/mixed; boundary=BBB\n",
            _body("BBB", _FILE),
        ),
        "boundary used within a base64 leaf": mixed(
            _TEXT, part("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n",
                        b64(b"hello\r\n") + b"--=_boundary_1\r\n" + _FILE)
        ),
        "inner multipart without its end": builders.mail(
            builders.multipart(inner.replace(b"--same--\r\n", b""), _TEXT, boundary="other")
        ),
    }  # fmt: skip


def _types() -> dict[str, Source]:
    written = {
        "misspelled with a blank": "Content-Type: multipart mixed; boundary=AAA\n",
        "without a subtype": "Content-Type: multipart; boundary=AAA\n",
        "with an empty subtype": "Content-Type: multipart/; boundary=AAA\n",
        "with blanks around the slash": "Content-Type: multipart / mixed; boundary=AAA\n",
        "with a comment in the type": "Content-Type: multi(c)part/mixed; boundary=AAA\n",
        "with two slashes": "Content-Type: multipart//mixed; boundary=AAA\n",
        "in quotes": 'Content-Type: "multipart/mixed"; boundary=AAA\n',
        "as an encoded word": "Content-Type: =?us-ascii?Q?multipart/mixed?=; boundary=AAA\n",
        "with a type before": "Content-Type: text/plain, multipart/mixed; boundary=AAA\n",
        "with eight bits": "Content-Type: multipart/m\u00efxed; boundary=AAA\n",
        "with a NUL": "Content-Type: multipart/mixed\0; boundary=AAA\n",
        "behind a blank fold": "Content-Type:\n \n multipart/mixed; boundary=AAA\n",
        "as text": "Content-Type: text/plain; boundary=AAA\n",
        "as an unknown type": "Content-Type: x-multipart/mixed; boundary=AAA\n",
        "nowhere": "X-Content-Type: multipart/mixed; boundary=AAA\n",
    }
    return {f"multipart {name}": raw(fields, _body("AAA", _FILE)) for name, fields in written.items()}
