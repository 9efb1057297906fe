"""TIFF 6.0 and BigTIFF by their directories, with those of cameras' raw pictures (DNG)."""

from typing import Literal

from gateway.filetype.structure import Structure

_MOST_PAGES = 10_000
_MOST_FIELDS = 4096
_LITTLE = 0x49
_WIDTH, _LENGTH, _SUB = 256, 257, 330
_DATA = frozenset((273, 324, 513))
"""Strips, tiles, or an old JPEG."""


def tiff(view: memoryview) -> Structure | None:
    """Find a directory that describes pixels; the data may lie in any order, so there is no end."""
    order: Literal["little", "big"] = "little" if view[0] == _LITTLE else "big"
    is_big = int.from_bytes(view[2:4], order) == 43
    width = 8 if is_big else 4
    at = int.from_bytes(view[8:16] if is_big else view[4:8], order)
    seen: set[int] = set()
    while at and at not in seen and len(seen) < _MOST_PAGES:
        seen.add(at)
        count_size, size = (8, 20) if is_big else (2, 12)
        count = int.from_bytes(view[at : at + count_size], order)
        first = at + count_size
        stop = first + count * size
        if not 0 < count <= _MOST_FIELDS or stop > len(view):
            return None
        tags = {int.from_bytes(view[place : place + 2], order) for place in range(first, stop, size)}
        if {_WIDTH, _LENGTH} <= tags and tags & (_DATA | {_SUB}):
            return Structure(None)
        at = int.from_bytes(view[stop : stop + width], order)
    return None
