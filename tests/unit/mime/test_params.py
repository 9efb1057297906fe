"""Parameters of Content-Type and Content-Disposition."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.mime.params import MOST_PARAMETERS, _parse_any, parse
from gateway.model.finding import FindingKind
from tests.strategies import file_names


def first(raw: bytes) -> list[tuple[str, str]]:
    return [(one.name, one.value) for one in parse(raw).params]


def kinds(raw: bytes) -> list[FindingKind]:
    return [kind for kind, _ in parse(raw).oddities]


@pytest.mark.parametrize(
    ("raw", "token", "params"),
    [
        (b"text/plain", "text/plain", []),
        (b"TEXT/Plain; Charset=UTF-8", "text/plain", [("charset", "UTF-8")]),
        (b'multipart/mixed;\r\n\tboundary="a b"', "multipart/mixed", [("boundary", "a b")]),
        (b"text/plain; charset=us-ascii (Plain text)", "text/plain", [("charset", "us-ascii")]),
        (b"text/plain;;; charset = utf-8 ;", "text/plain", [("charset", "utf-8")]),
        (b'attachment; filename="a\\"b.pdf"', "attachment", [("filename", 'a"b.pdf')]),
        (b"attachment; filename=my file.pdf", "attachment", [("filename", "my file.pdf")]),
        (b'attachment; filename="a.pdf', "attachment", [("filename", "a.pdf")]),
        (b'attachment; filename="a.pdf" size=10', "attachment", [("filename", "a.pdf"), ("size", "10")]),
        (b"attachment filename=a.exe", "attachment", [("filename", "a.exe")]),
        (b"text/plain; charset=utf-8 name=a.exe", "text/plain", [("charset", "utf-8"), ("name", "a.exe")]),
        (b'filename="a.exe"', "", [("filename", "a.exe")]),
        (b'attachment; filename="=?utf-8?Q?=C3=A4.pdf?="', "attachment", [("filename", "ä.pdf")]),
        (b'a/b; name="=?utf-8?Q?a?=\r\n =?utf-8?Q?b.pdf?="', "a/b", [("name", "ab.pdf")]),
        (b"attachment; filename*=UTF-8''%C3%A4%20b.pdf", "attachment", [("filename", "ä b.pdf")]),
        (b"attachment; filename*=a%2Eexe", "attachment", [("filename", "a.exe")]),
        (b'attachment; filename*0="a"; filename*1="b.pdf"', "attachment", [("filename", "ab.pdf")]),
        (b"attachment; filename*0*=utf-8''%C3; filename*1*=%A4; filename*2=.c", "attachment", [("filename", "ä.c")]),
        (b"attachment; filename*0*=utf-8''a; filename*1=%41.pdf", "attachment", [("filename", "a%41.pdf")]),
        (b"", "", []),
        (b"text", "text", []),
        (b'"attachment" filename=a.exe', '"attachment" filename=a.exe', [("filename", "a.exe")]),
    ],
)  # fmt: skip
def test_value_is_read_as_mail_programs_do(raw: bytes, token: str, params: list[tuple[str, str]]) -> None:
    """Correct and commonly broken forms yield what mail programs make of them."""
    assert (token, params) == (parse(raw).token, first(raw))


@pytest.mark.parametrize(
    ("raw", "word", "expected"),
    [
        (b"attachment; filename=evil.exe nice.pdf", "filename", ("evil.exe nice.pdf", "evil.exe")),
        (b'attachment; filename="C:\\dir\\a.pdf"', "filename", ("C:dira.pdf", "C:\\dir\\a.pdf")),
        (b"attachment; filename=a.pdf;.exe", "filename", ("a.pdf", "a.pdf;.exe")),
        (b"attachment; filename=a.pdf; x", "filename", ("a.pdf",)),
        (b'attachment; filename="a.pdf; x=y.exe', "filename", ("a.pdf", "a.pdf; x=y.exe")),
        (b'attachment; filename="a.pdf".exe', "filename", ("a.pdf", "a.pdf.exe", '"a.pdf".exe')),
        (b"attachment; filename=a.pdf; filename=b.exe", "filename", ("a.pdf", "b.exe")),
        (b"attachment; filename=a.pdf; filename*=utf-8''b.exe", "filename", ("a.pdf", "b.exe")),
        (b'a/b; name="=?utf-8?Q?a.pdf?=.exe"', "name", ("a.pdf.exe", "=?utf-8?Q?a.pdf?=.exe")),
    ],
)  # fmt: skip
def test_every_reading_is_kept(raw: bytes, word: str, expected: tuple[str, ...]) -> None:
    """Where mail programs differ, each one's reading is there."""
    assert expected == parse(raw).values(word)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"multipart/mixed; boundary=a; boundary=b", FindingKind.CONFLICTING_PARAMETER),
        (b'multipart/mixed; boundary=a; boundary*="b"', FindingKind.CONFLICTING_PARAMETER),
        (b"multipart/mixed; boundary*0=a; boundary*1=b", FindingKind.CONFLICTING_PARAMETER),
        (b'multipart/mixed; boundary="a"b', FindingKind.CONFLICTING_PARAMETER),
        (b'multipart/mixed; boundary="=?utf-8?q?a?="', FindingKind.CONFLICTING_PARAMETER),
        (b'attachment; filename*0="a"b', FindingKind.CONFLICTING_PARAMETER),
        (b"multipart/mixed; boundary=a b", FindingKind.CONFLICTING_PARAMETER),
        (b'multipart/mixed; boundary="a\\b"', FindingKind.CONFLICTING_PARAMETER),
        (b"attachment; filename=a.pdf; filename=b.pdf", FindingKind.CONFLICTING_PARAMETER),
        (b"attachment; filename*0=a; filename*2=b", FindingKind.CONFLICTING_PARAMETER),
        (b"attachment; filename*1=a; filename*0=b", FindingKind.CONFLICTING_PARAMETER),
        (b"attachment; filename*0=a; filename*0=b", FindingKind.CONFLICTING_PARAMETER),
        (b"attachment; filename*00=a", FindingKind.CONFLICTING_PARAMETER),
        (b"multipart/mixed (comment); boundary=a", FindingKind.BAD_CONTENT_TYPE),
        (b"multipart/mixed boundary=a", FindingKind.BAD_CONTENT_TYPE),
        (b"multipart/mixed; boundary=a(b)", FindingKind.BAD_CONTENT_TYPE),
        (b"a/b; (x; name=a.exe) name=a.pdf", FindingKind.BAD_CONTENT_TYPE),
        (b"a/b" + b"; c=d" * (MOST_PARAMETERS + 1), FindingKind.BAD_CONTENT_TYPE),
        (b"a/b; c=" + b"d" * 10_000, FindingKind.BAD_CONTENT_TYPE),
    ],
)
def test_what_readers_read_differently_is_named(raw: bytes, expected: FindingKind) -> None:
    """Each ambiguity leaves its finding, once."""
    assert [expected] == kinds(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"attachment; filename=a.pdf; filename=a.pdf",
        b"attachment; filename=\"a.pdf\"; filename*=utf-8''%C3%A4.pdf",
        b"text/plain (RFC 2045 allows this); charset=us-ascii",
        b"text/plain; charset=a; charset=b",
        b"text/html charset=utf-8",
        b'multipart/mixed; boundary="----=_Part_1"; type="text/html"',
        b"multipart/mixed; boundary=----=_Part_1",
        b"attachment; foo; filename=a.pdf",
    ],
)
def test_honest_oddness_is_let_be(raw: bytes) -> None:
    """Fallback names, harmless comments and repeated words are no trouble."""
    assert kinds(raw) == []


@given(file_names)
def test_extended_name_comes_back(name: str) -> None:
    """Any name survives the percent encoding of RFC 2231."""
    coded = "".join(f"%{byte:02X}" for byte in name.encode())

    assert [("filename", name)] == first(f"attachment; filename*=utf-8''{coded}".encode())


@given(st.binary(max_size=300) | st.text("=;\"()\\* \tnamefilboundary0123'%", max_size=300).map(str.encode))
def test_any_value_is_read(raw: bytes) -> None:
    """Nothing raises, whatever stands there."""
    assert parse(raw) == parse(raw)


@pytest.mark.parametrize("filler", [b" ", b'"', b"\\", b"(", b"a", b"=", b"a ", b"\t;", b"a=", b'"a"', b'=" "', b"*"])
def test_value_made_of_one_character_ends_quickly(filler: bytes) -> None:
    """The test's timeout stands for linear time: a value at the bound made of one pattern is read at once."""
    whole = b'a/b; name="x" ' + filler * (8_000 // len(filler))

    assert parse(whole).token == "a/b"


_PIECES = st.sampled_from(["text", "/", "plain", ";", " ", "charset", "CHARSET", "=", '"', "utf-8", "a.b", "\t", "x"])


@given(st.lists(_PIECES, max_size=12).map("".join))
@example("text/plain; charset=utf-8")
@example('Text/HTML;charset="UTF-8";')
@example("attachment")
def test_simple_values_are_read_as_all_others_are(value: str) -> None:
    """The short way and the long way agree."""
    assert parse(value.encode()) == _parse_any(value.encode())
