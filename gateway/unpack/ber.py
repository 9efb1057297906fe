"""Elements of the Basic Encoding Rules (X.690) by their places, definite and indefinite lengths alike.

Nothing is decoded and nothing recurses; a length is believed only as far as the bytes go.
"""

from collections.abc import Iterator
from typing import Final

from gateway.unpack.opener import Unreadable

INDEFINITE: Final = -1
SEQUENCE: Final = 0x30
_OCTETS, _OCTETS_IN_PIECES = 0x04, 0x24
_MOST_LENGTH = 8
_MOST_PIECES = 1_000_000
"""Real writers put some kilobytes into each."""


def header(view: memoryview, at: int) -> tuple[int, int, int]:
    """Return tag, offset of the content and its length (8.1.3)."""
    if at + 2 > len(view):
        raise Unreadable("a structure that breaks off")
    tag, first, start = view[at], view[at + 1], at + 2
    if first < 0x80:
        size = first
    elif first == 0x80:
        return tag, start, INDEFINITE
    else:
        count = first & 0x7F
        size = int.from_bytes(view[start : start + count], "big")
        start += count
        if count > _MOST_LENGTH:
            raise Unreadable("a length that nothing can have")
    if start + size > len(view):
        raise Unreadable("a structure that breaks off")
    return tag, start, size


def inside(view: memoryview, at: int, tag: int) -> int:
    """Return where the content of the element begins, which must have `tag`."""
    found, start, _ = header(view, at)
    if found != tag:
        raise Unreadable(f"an element {found:#04x} where {tag:#04x} should stand")
    return start


def behind(view: memoryview, at: int) -> int:
    """Return the offset behind the element; one of indefinite length ends with two zeros of its own."""
    unended = 0
    for _ in range(_MOST_PIECES):
        tag, start, size = header(view, at)
        if size == INDEFINITE:
            unended, at = unended + 1, start
        else:
            unended, at = unended - (tag == 0 and size == 0), start + size
        if unended <= 0:
            return at
    raise Unreadable("a structure of too many pieces")


def octets(view: memoryview, at: int) -> Iterator[memoryview]:
    """Yield the bytes of an octet string, which may be one of pieces of pieces (8.7)."""
    tag, start, size = header(view, at)
    if tag == _OCTETS and size != INDEFINITE:
        yield view[start : start + size]
        return
    if tag != _OCTETS_IN_PIECES:
        raise Unreadable("content that is no octet string")
    ends = [start + size if size != INDEFINITE else INDEFINITE]
    at = start
    for _ in range(_MOST_PIECES):
        if not ends:
            return
        if at == ends[-1]:
            ends.pop()
            continue
        tag, start, size = header(view, at)
        at = start
        if tag == 0 and size == 0 and ends[-1] == INDEFINITE:
            ends.pop()
        elif tag == _OCTETS_IN_PIECES:
            ends.append(start + size if size != INDEFINITE else INDEFINITE)
        elif tag == _OCTETS and size != INDEFINITE:
            yield view[start : start + size]
            at = start + size
        else:
            raise Unreadable("content that is no octet string")
    raise Unreadable("a structure of too many pieces")
