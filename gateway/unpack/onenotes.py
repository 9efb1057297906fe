"""OneNote sections ([MS-ONESTORE] 2.6.13): the files that were dropped into a notebook, and its pictures."""

import struct
from collections.abc import Iterator
from typing import Final

from gateway.filetype import binary
from gateway.filetype.identified import Note
from gateway.unpack.budget import Budget
from gateway.unpack.opener import CHUNK, Member, Unreadable

_MARK: Final = b"\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac"
_HEAD = struct.Struct("<16sQ12x")
_WINDOW: Final = 1024 * 1024
_SHOWN: Final = 512


def open_onenote(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
    """List the files in a section; their names stand elsewhere, and pictures are parts of the notes."""
    at = _next(view, 0, budget)
    while at >= 0:
        budget.spend_time()
        if at + _HEAD.size > len(view):
            raise Unreadable("a file that ends early")
        _, size = _HEAD.unpack_from(view, at)
        start = at + _HEAD.size
        if size > len(view) - start:
            raise Unreadable("a file that ends early")
        content = view[start : start + size]
        if not binary.by_start(bytes(content[:_SHOWN])).startswith("image/"):
            yield Member((), (content[begin : begin + CHUNK] for begin in range(0, len(content), CHUNK)))
        # Looked for inside of a file as well: readers go by a table, whose entries may point anywhere.
        at = _next(view, start, budget)


def _next(view: memoryview, at: int, budget: Budget) -> int:
    """Return where the next mark stands; -1 for nowhere."""
    while at < len(view):
        budget.spend_time()
        found = bytes(view[at : at + _WINDOW + len(_MARK)]).find(_MARK)
        if found >= 0:
            return at + found
        at += _WINDOW
    return -1
