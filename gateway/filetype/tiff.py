"""TIFF 6.0 and BigTIFF by their directories, with those of cameras' raw pictures (DNG)."""

import struct
from collections.abc import Iterator
from typing import Literal

from gateway.filetype.structure import Structure

_MOST_PAGES = 10_000
_MOST_FIELDS = 4096
_MOST_STEPS = 200_000
"""Fields and values of the whole file that are looked at."""
_MOST_VALUES = 100_000
"""Strips or tiles of one page."""
_LITTLE = 0x49
_WIDTH, _LENGTH = 256, 257
_POINTERS = frozenset((330, 34665, 34853, 40965))
"""Fields that lead to further directories: pictures inside, Exif, GPS."""
_STRIPS = {273: 279, 324: 325, 513: 514}
"""Where the strips, the tiles or an old JPEG lie, and how long they are."""
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_CODES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}

Field = tuple[int, int, int, int]
"""Tag, kind, count, and where the values lie."""


def tiff(view: memoryview) -> Structure | None:
    """Follow the directories; pieces may lie in any order, the last of them is the end."""
    if len(view) < 16:
        return None
    reader = _Reader(view)
    waiting, seen = [reader.first], set[int]()
    is_picture, end = False, 0
    while waiting and len(seen) < _MOST_PAGES and reader.steps < _MOST_STEPS:
        at = waiting.pop()
        if not at or at in seen:
            continue
        seen.add(at)
        fields, after = reader.directory(at)
        tags = {field[0]: field for field in fields}
        if not fields:
            continue
        is_picture = is_picture or (_WIDTH in tags and _LENGTH in tags and not _STRIPS.keys().isdisjoint(tags))
        end = max(end, after, *reader.ends(tags))
        waiting += [value for tag in _POINTERS & tags.keys() for value in reader.values(tags[tag])]
        waiting.append(reader.number(after - reader.width, reader.width))
    is_whole = end <= len(view) and reader.steps < _MOST_STEPS
    return Structure(end if is_whole else None) if is_picture else None


class _Reader:
    """Numbers of the order and width that the header says."""

    def __init__(self, view: memoryview) -> None:
        self.steps = 0
        self._view = view
        self._order: Literal["little", "big"] = "little" if view[0] == _LITTLE else "big"
        self.width = 8 if self.number(2, 2) == 43 else 4
        self.first = self.number(self.width, self.width)

    def number(self, at: int, size: int) -> int:
        return int.from_bytes(self._view[at : at + size], self._order)

    def directory(self, at: int) -> tuple[list[Field], int]:
        """Return the fields of a directory and the offset behind it; no fields where there is no directory."""
        counter, size = (8, 20) if self.width == 8 else (2, 12)
        count = self.number(at, counter)
        after = at + counter + count * size + self.width
        if not 0 < count <= _MOST_FIELDS or after > len(self._view):
            return [], 0
        self.steps += count
        places = range(at + counter, after - self.width, size)
        return [self._field(place) for place in places], after

    def _field(self, at: int) -> Field:
        kind, count = self.number(at + 2, 2), self.number(at + 4, self.width)
        place = at + 4 + self.width
        if _SIZES.get(kind, 1) * count > self.width:
            place = self.number(place, self.width)
        return self.number(at, 2), kind, count, place

    def values(self, field: Field) -> tuple[int, ...]:
        """Return the whole numbers of a field; none where they lie outside the file."""
        _, kind, count, at = field
        code = _CODES.get(kind)
        if code is None or count > _MOST_VALUES or at + count * _SIZES[kind] > len(self._view):
            return ()
        self.steps += count
        return struct.unpack_from(f"{'<' if self._order == 'little' else '>'}{count}{code}", self._view, at)

    def ends(self, tags: dict[int, Field]) -> Iterator[int]:
        """Return where the pieces that a directory tells of end."""
        for _, kind, count, at in tags.values():
            yield at + _SIZES.get(kind, 1) * count
        for where, length in _STRIPS.items():
            if where in tags and length in tags:
                pairs = zip(self.values(tags[where]), self.values(tags[length]), strict=False)
                yield from (start + size for start, size in pairs)
