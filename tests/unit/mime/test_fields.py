"""Header blocks as spans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mime.fields import Header, read_header, unfold
from gateway.model.finding import FindingKind
from gateway.model.limits import Limits
from gateway.model.span import Span
from tests.builders import message
from tests.strategies import field_names, field_values

LIMITS = Limits()


def read(raw: bytes, limits: Limits = LIMITS) -> Header:
    return read_header(raw, Span(0, len(raw)), limits, limits.fields)


def kinds(raw: bytes, limits: Limits = LIMITS) -> list[FindingKind]:
    return [kind for kind, _ in read(raw, limits).oddities]


def pairs(raw: bytes) -> list[tuple[bytes, bytes]]:
    found = read(raw).fields
    return [(field.name, unfold(raw[field.value.start : field.value.end])) for field in found]


@given(st.lists(st.tuples(field_names, field_values), min_size=1, max_size=10), st.binary(max_size=40))
def test_fields_written_are_the_fields_read(headers: list[tuple[str, str]], body: bytes) -> None:
    """Names and values come back in order, and the body begins behind the blank line."""
    raw = message(headers=headers, body=body)
    expected = [(name.lower().encode(), value.encode()) for name, value in headers]

    assert expected == pairs(raw)
    assert body == raw[read(raw).head.end :]


@given(st.lists(st.tuples(field_names, field_values), min_size=1, max_size=10))
def test_raw_spans_of_honest_fields_tile_the_header(headers: list[tuple[str, str]]) -> None:
    """Every byte of an honest header but the blank line lies in exactly one field."""
    raw = message(headers=headers, body=b"")

    assert raw[:-2] == b"".join(raw[field.raw.start : field.raw.end] for field in read(raw).fields)


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_folded_field_is_one_field(end: bytes) -> None:
    """Lines that begin with a blank belong to the field before, with either line end."""
    raw = end.join([b"Subject: one", b"\ttwo", b" three", b"To: x", b"", b"body"])

    assert pairs(raw) == [(b"subject", b"one\ttwo three"), (b"to", b"x")]
    assert raw[read(raw).head.end :] == b"body"


@pytest.mark.parametrize("raw", [b"A: b\r\n\r\nx", b"A: b\n\nx", b"A: b\r\n\nx", b"A: b\n\r\nx"])
def test_any_blank_line_ends_the_header(raw: bytes) -> None:
    """The first blank line ends the header, whichever line ends are mixed."""
    assert len(raw) - 1 == read(raw).head.end


def test_blank_line_at_once_is_an_empty_header() -> None:
    """A part may begin with its blank line (RFC 2046 section 5.1)."""
    header = read(b"\r\nHello: not a field\r\n")

    assert (Span(0, 2), (), ()) == (header.head, header.fields, header.oddities)


def test_text_without_header_is_all_body() -> None:
    """What does not begin with a field is text, and is said to be."""
    header = read(b"Hello there,\r\nthis: is text\r\n")

    assert Span(0, 0) == header.head
    assert [kind for kind, _ in header.oddities] == [FindingKind.NO_HEADER]


def test_structural_field_behind_headless_text_is_ambiguous() -> None:
    """A reader that skips junk would find a Content-Type here."""
    assert kinds(b"junk\r\nContent-Type: text/html\r\n\r\nx") == [FindingKind.NO_HEADER, FindingKind.JUNK_HEADER_LINE]


def test_mbox_line_is_tolerated() -> None:
    """The first line of an mbox file is no field and no trouble."""
    raw = b"From anna@sender.example Mon Mar  3 10:00:00 2025\r\nTo: x\r\n\r\n"

    assert (pairs(raw), kinds(raw)) == ([(b"to", b"x")], [])


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"To: x\r\njunk\r\nContent-Type: text/html\r\n\r\n", FindingKind.JUNK_HEADER_LINE),
        (b"Content-Type : text/html\r\n\r\n", FindingKind.JUNK_HEADER_LINE),
        (b"To: x\r\n \r\nContent-Type: text/html\r\n\r\n", FindingKind.JUNK_HEADER_LINE),
        (b"Content-Type: multipart/mixed;\r\n \r\n boundary=a\r\n\r\n", FindingKind.JUNK_HEADER_LINE),
        (b"Subject: a\0b\r\n\r\n", FindingKind.NUL_IN_HEADER),
        (b"Subject: \xc3\xa4\r\n\r\n", FindingKind.EIGHT_BIT_HEADER),
        (b'Content-Type: image/png; name="\xc3\xa4.png"\r\n\r\n', FindingKind.EIGHT_BIT_HEADER),
        (b'Content-Type: image/png; name="\xe4.png"\r\n\r\n', FindingKind.EIGHT_BIT_HEADER),
        (b'Content-Type: image/png; name="\x95\\" ; x=y"\r\n\r\n', FindingKind.EIGHT_BIT_STRUCTURE),
        (b'Content-Type: image/png; charset="\xe4"\r\n\r\n', FindingKind.EIGHT_BIT_STRUCTURE),
        (b"X: y\r\n Content-Type: multipart/mixed; boundary=b\r\n\r\n", FindingKind.JUNK_HEADER_LINE),
        (b"Content-Type: image/png\xc3\xa4\r\n\r\n", FindingKind.EIGHT_BIT_STRUCTURE),
        (b"Content-Type: image/png;\x01 name=a.png\r\n\r\n", FindingKind.EIGHT_BIT_STRUCTURE),
        (b"Subject: x\rContent-Type: text/html\r\n\r\n", FindingKind.JUNK_HEADER_LINE),
    ],
)
def test_odd_header_is_named(raw: bytes, expected: FindingKind) -> None:
    """Each oddity leaves exactly its own finding."""
    assert [expected] == kinds(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"MIME-Version : 1.0\r\n\r\n",
        b"DKIM-Signature: h=from:\r\n\tcontent-type:content-transfer-encoding:to\r\n\r\n",
        b'Content-Type: image/png; name="\x1b$B3(\x1b(B.png"\r\n\r\n',
    ],
    ids=["space before a colon that decides nothing", "names of fields in a signature", "name in ISO-2022-JP"],
)
def test_what_every_reader_takes_alike_is_no_oddity(raw: bytes) -> None:
    """Honest programs write this, and no reader sees another structure in it."""
    assert kinds(raw) == []


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: long\r\n \r\nTo: x\r\n\r\n",
        b"Content-Type: text/plain\r\n \r\n\r\n",
        b"To : x\r\n\r\n",
        b"Content-Type: text/plain\r\n",
    ],
)
def test_odd_but_harmless_header_is_let_be(raw: bytes) -> None:
    """Blanks that change nothing for any reader, and a header that ends with the part, are no trouble."""
    assert kinds(raw) == []


def test_ten_thousand_fields_stop_at_the_limit() -> None:
    """Reading stops at the bound and says so; the body still begins where it does."""
    raw = b"X: y\r\n" * 10_000 + b"\r\nbody"
    header = read(raw)

    assert LIMITS.fields == len(header.fields)
    assert [kind for kind, _ in header.oddities] == [FindingKind.TOO_MANY_FIELDS]
    assert raw[header.head.end :] == b"body"


def test_overlong_header_is_read_up_to_the_limit() -> None:
    """Fields behind the bound are not looked at, and the finding says so."""
    header = read(b"A: b\r\nC: " + b"d" * 200 + b"\r\nE: f\r\n\r\n", Limits(header=100))

    assert [field.name for field in header.fields] == [b"a", b"c"]
    assert [kind for kind, _ in header.oddities] == [FindingKind.HEADER_TOO_LARGE]


@given(st.binary(max_size=300))
def test_any_bytes_give_a_header(raw: bytes) -> None:
    """Nothing raises, and every field lies inside the head in order."""
    header = read(raw)
    spans = [field.raw for field in header.fields]

    assert sorted(spans) == spans
    assert all(header.head.contains(span) for span in spans)
