"""Stretches of the raw message that hold links."""

import base64

from gateway.edit.link_slots import Body, Found, base64_slots, plain_slots, quoted_slots
from gateway.mime.encoded_spans import Base64, Quoted
from gateway.model.links import Piece
from gateway.model.span import Span


def at(text: bytes, link: bytes) -> Found:
    """Return a link of a text; it leads to itself."""
    start = text.index(link)
    return Found(Span(start, start + len(link)), link.decode())


def test_plain_links_have_a_slot_each() -> None:
    """With what stands beside them on their line."""
    raw = b"one\r\nxx https://a yyy https://b\r\n"
    first, second = plain_slots(Body("1", 100, raw), [at(raw, b"https://a"), at(raw, b"https://b")])

    assert (Span(108, 117), 3, 14) == (first.span, first.column, first.rest)
    assert (Span(122, 131), 17, 0) == (second.span, second.column, second.rest)


def test_links_on_one_quoted_line_share_a_slot() -> None:
    """What stands between them is kept as it is written."""
    raw = b"a https://a =C3=BC https://b z\r\nhttps://c"
    text = Quoted(raw)
    first, second = quoted_slots(
        Body("1", 0, raw), text, [at(text.text, one) for one in (b"https://a", b"https://b", b"https://c")]
    )

    assert (Piece(target="https://a"), Piece(b" =C3=BC "), Piece(target="https://b")) == first.pieces
    assert (Span(2, 28), 2, 2) == (first.span, first.column, first.rest)
    assert (Span(32, 41), 0, 0) == (second.span, second.column, second.rest)


def test_slot_of_base64_begins_and_ends_with_a_quantum() -> None:
    """What the first and last quantum hold beside the link is kept."""
    text = b"ab https://files cd and more of it"
    raw = base64.b64encode(text) + b"\r\n"
    (slot,) = base64_slots(Body("2", 10, raw), Base64(raw), [at(text, b"https://files")])

    assert (Piece(target="https://files"), Piece(b" c")) == slot.pieces
    assert (Span(14, 34), 4, 15) == (slot.span, slot.column, slot.size)
