"""Messages as trees of spans."""

import itertools
import mmap
import re
from email import message_from_bytes
from email.message import Message as StdlibMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mime.decode import decoded
from gateway.mime.split import split
from gateway.model.finding import FindingKind
from gateway.model.limits import Limits
from gateway.model.message import Part
from gateway.model.span import Span
from tests.builders import document, mail, message, multipart, part, photo, text
from tests.strategies import messages, mutated

LIMITS = Limits()
_DELIMITERS = re.compile(rb"(?:\r?\n)?--[^\n]*\n?|\s")


def tree(raw: bytes, limits: Limits = LIMITS) -> list[str]:
    return [f"{one.where} {one.media_type}" for one in split(raw, limits)[0].root.walk()]


def kinds(raw: bytes, limits: Limits = LIMITS) -> list[FindingKind]:
    return [finding.kind for finding in split(raw, limits)[1]]


def assert_tiles(raw: bytes, one: Part) -> None:
    """Head and body make the part; children and gaps lie in the body, and only delimiters lie between them."""
    assert (one.whole.start, one.head.end, one.whole.end) == (one.head.start, one.body.start, one.body.end)
    inside = sorted([*(child.whole for child in one.children), *one.gaps])
    assert all(one.body.contains(span) for span in inside)
    assert all(first.end <= second.start for first, second in itertools.pairwise(inside))
    if one.children:
        edges = [one.body.start, *(edge for span in inside for edge in (span.start, span.end)), one.body.end]
        between = b"".join(raw[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
        assert _DELIMITERS.sub(b"", between) == b""


@given(messages() | mutated() | st.binary(max_size=300))
def test_spans_tile_the_message(raw: bytes) -> None:
    """Nothing raises, and every byte is in a head, a leaf, a gap or a delimiter line."""
    found, _ = split(raw, LIMITS)

    assert Span(0, len(raw)) == found.root.whole
    for one in found.root.walk():
        assert_tiles(raw, one)


def stdlib_leaves(parsed: StdlibMessage) -> list[tuple[str, bytes]]:
    leaves = (one for one in parsed.walk() if not one.is_multipart())
    return [(one.get_content_type(), bytes(one.get_payload(decode=True) or b"")) for one in leaves]


@given(messages())
def test_honest_messages_read_as_in_the_standard_library(raw: bytes) -> None:
    """Same leaves, same decoded bytes, and nothing worth a finding."""
    found, findings = split(raw, LIMITS)
    leaves = [one for one in found.root.walk() if not one.children]

    assert stdlib_leaves(message_from_bytes(raw)) == [
        (one.media_type, b"".join(decoded(raw, one, []))) for one in leaves
    ]
    assert findings == ()


def test_empty_part_takes_nothing_of_what_follows() -> None:
    """The line end behind it belongs to the delimiter (RFC 2046 section 5.1.1)."""
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n--b--\r\n"
    (empty,) = split(raw, LIMITS)[0].root.children

    assert (Span(50, 50), Span(50, 50), Span(50, 50)) == (empty.whole, empty.head, empty.body)


def test_ordinary_mail_is_a_tree() -> None:
    """Alternative bodies and an attachment, each with its path."""
    bodies = multipart(text(), text("<p>Hi</p>", "html"), subtype="alternative", boundary="=_inner")
    raw = mail(multipart(bodies, part(document(), "application/pdf", "a.pdf")))

    assert tree(raw) == [
        "0 multipart/mixed",
        "1 multipart/alternative",
        "1.1 text/plain",
        "1.2 text/html",
        "2 application/pdf",
    ]
    assert kinds(raw) == []


def test_forwarded_message_is_walked() -> None:
    """The message inside is the one child of its part."""
    raw = mail(multipart(text(), part(mail(text()), "message/rfc822", encoding="8bit")))

    assert tree(raw)[2:] == ["2 message/rfc822", "2.1 text/plain"]


def test_digest_holds_messages_by_default() -> None:
    """RFC 2046 section 5.1.5."""
    raw = mail(multipart(b"\r\n" + message(), subtype="digest"))

    assert tree(raw) == ["0 multipart/digest", "1 message/rfc822", "1.1 text/plain"]


def test_mapped_message_is_split() -> None:
    """A memory map gives the same tree as bytes."""
    raw = mail(multipart(text(), part(photo(), "image/jpeg", "a.jpg")))
    with mmap.mmap(-1, len(raw)) as mapped:
        mapped.write(raw)

        assert split(raw, LIMITS) == split(mapped, LIMITS)


def test_usual_preamble_is_ordinary() -> None:
    """The note to readers without MIME is kept as a gap, and no finding."""
    entity = multipart(text(), boundary="b").replace(
        b"\r\n\r\n--b", b"\r\n\r\nThis is a multi-part message in MIME format.\r\n--b", 1
    )
    raw = mail(entity)
    [gap] = split(raw, LIMITS)[0].root.gaps

    assert raw[gap.start : gap.end] == b"This is a multi-part message in MIME format."
    assert kinds(raw) == []


def test_text_behind_the_end_is_a_gap() -> None:
    """What no part holds is recorded, so that it can be judged."""
    raw = mail(multipart(text()) + b"list footer\r\n")
    [gap] = split(raw, LIMITS)[0].root.gaps

    assert raw[gap.start : gap.end] == b"list footer\r\n"
    assert kinds(raw) == [FindingKind.TEXT_OUTSIDE_PARTS]


def typed(content_type: str, body: bytes = b"", *more: tuple[str, str]) -> bytes:
    return message(headers=[("MIME-Version", "1.0"), ("Content-Type", content_type), *more], body=body)


PARTS = b"--b\r\n\r\nx\r\n--b--\r\n"
INNER = b"--b\r\nContent-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n\r\nx\r\n--%s--\r\n--b--\r\n"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (typed("multipart/mixed", PARTS), [FindingKind.BOUNDARY_MISSING]),
        (typed('multipart/mixed; boundary=""', PARTS), [FindingKind.BOUNDARY_BAD]),
        (typed("multipart/mixed; boundary=c", PARTS), [FindingKind.BOUNDARY_NEVER_SEEN]),
        (typed("multipart/mixed; boundary=b", PARTS[:10]), [FindingKind.BOUNDARY_UNCLOSED]),
        (typed("multipart/mixed; boundary=b", PARTS, ("Content-Transfer-Encoding", "base64")),
         [FindingKind.ENCODING_ON_COMPOSITE]),
        (typed("message/rfc822", b"QUJD", ("Content-Transfer-Encoding", "base64")),
         [FindingKind.ENCODING_ON_COMPOSITE]),
        (typed("multipart/mixed; boundary=b", INNER % (b"bc", b"bc", b"bc")),
         [FindingKind.BOUNDARY_PREFIXED, FindingKind.BOUNDARY_PREFIXED]),
        (typed("message/partial; id=a; number=1"), [FindingKind.PARTIAL_MESSAGE]),
        (typed("multipart/mixed; boundary=b", b"--b\r\nno header here\r\n--b--"), [FindingKind.NO_HEADER]),
    ],
)  # fmt: skip
def test_odd_structure_is_named(raw: bytes, expected: list[FindingKind]) -> None:
    """Each oddity leaves its finding."""
    assert expected == kinds(raw)


def test_boundary_behind_a_bare_cr_is_named() -> None:
    """It ends a line for some readers; only what was encoded can hold one."""
    raw = typed("multipart/mixed; boundary=b", b"--b\r\n\r\nx\r--b\r\r\n--b--\r\n")
    _, findings = split(raw, Limits(), was_encoded=True)

    assert [one.kind for one in findings] == [FindingKind.BOUNDARY_BAD]


def test_boundary_of_the_multipart_around_is_reused() -> None:
    """The outer multipart takes all delimiters; the inner one never sees its own."""
    found = kinds(typed("multipart/mixed; boundary=b", INNER % (b"b", b"b", b"b")))

    assert FindingKind.BOUNDARY_REUSED in found


def test_multipart_without_parts_is_a_leaf() -> None:
    """Its whole body stays to be judged by content."""
    raw = typed("multipart/mixed", PARTS)
    root = split(raw, LIMITS)[0].root

    assert (root.children, root.gaps, raw[root.body.start : root.body.end]) == ((), (), PARTS)


def test_ten_thousand_parts_stop_at_the_limit() -> None:
    """The rest becomes a gap, and one finding says so."""
    raw = mail(multipart(*[text("x")] * 10_000))
    found, findings = split(raw, LIMITS)

    assert LIMITS.parts == len(list(found.root.walk()))
    assert len(found.root.gaps) == 1
    assert {FindingKind.TOO_MANY_PARTS, FindingKind.TEXT_OUTSIDE_PARTS} == {one.kind for one in findings}


def test_deep_nesting_stops_at_the_limit() -> None:
    """Messages in messages are opened down to the bound; what lies below stays a leaf."""
    raw = text()
    for _ in range(100):
        raw = part(raw, "message/rfc822", encoding="8bit")

    assert LIMITS.depth + 1 == len(tree(raw))
    assert kinds(raw) == [FindingKind.TOO_DEEP]


def test_fields_of_all_parts_together_are_bounded() -> None:
    """Many parts with many fields each cannot fill the memory."""
    raw = mail(multipart(*[b"a:\r\n" * 1_000 + b"\r\n"] * 100))
    found, findings = split(raw, LIMITS)

    assert sum(len(one.fields) for one in found.root.walk()) <= 10 * LIMITS.fields
    assert FindingKind.TOO_MANY_FIELDS in {one.kind for one in findings}
