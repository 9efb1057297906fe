"""BER elements: where they end, and what octet strings of pieces hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.unpack.ber import behind, octets
from gateway.unpack.opener import Unreadable


def element(tag: int, content: bytes, *, is_definite: bool = True) -> bytes:
    """Write an element."""
    if not is_definite:
        return bytes((tag, 0x80)) + content + b"\0\0"
    size = len(content)
    length = bytes((size,)) if size < 0x80 else b"\x84" + size.to_bytes(4, "big")
    return bytes((tag,)) + length + content


STRINGS = st.recursive(
    st.binary(max_size=200).map(lambda content: (content, element(0x04, content))),
    lambda inner: st.tuples(st.lists(inner, max_size=4), st.booleans()).map(
        lambda drawn: (
            b"".join(content for content, _ in drawn[0]),
            element(0x24, b"".join(written for _, written in drawn[0]), is_definite=drawn[1]),
        )
    ),
    max_leaves=12,
)


@given(STRINGS)
def test_pieces_of_pieces_are_one_string(drawn: tuple[bytes, bytes]) -> None:
    """However it is written, it holds the same and ends where it ends."""
    content, written = drawn
    view = memoryview(written + b"behind")

    assert b"".join(octets(view, 0)) == content
    assert behind(view, 0) == len(written)


@given(st.binary(max_size=60))
def test_nothing_but_unreadable_is_raised(data: bytes) -> None:
    """Any bytes are an element, or unreadable."""
    for read in (behind, lambda view, at: list(octets(view, at))):
        try:
            read(memoryview(data), 0)
        except Unreadable:
            continue


def test_too_many_pieces_are_unreadable() -> None:
    """Nothing at all in a million pieces is an attack."""
    view = memoryview(b"\x24\x80" + b"\x04\0" * 1_100_000 + b"\0\0")

    with pytest.raises(Unreadable):
        behind(view, 0)
    with pytest.raises(Unreadable):
        list(octets(view, 0))
