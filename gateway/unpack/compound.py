"""Storages and streams of a compound file ([MS-CFB]), as a tree of names.

Works in linear time on anything: every sector and entry is looked at once at most. A chain that loops or leaves
the file raises `Unreadable`.
"""

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from gateway.unpack.opener import CHUNK, Unreadable

_ENTRY = 128
_LAST = 0xFFFFFFFA
_NONE = 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_MINI = 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One storage or stream, and where it stands."""

    path: tuple[str, ...]
    is_stream: bool
    size: int
    start: int


class Compound:
    """One compound file."""

    def __init__(self, view: memoryview) -> None:
        shift = int.from_bytes(view[30:32], "little")
        if shift not in {9, 12} or len(view) < 512:
            raise Unreadable("a compound file with a strange header")
        self._view = view
        self._size = 1 << shift
        self._cutoff = int.from_bytes(view[56:60], "little")
        self._table = self._read_table()
        self._directory = b"".join(self._sectors(int.from_bytes(view[48:52], "little")))
        self._mini_table = array("I")
        self._mini_table.frombytes(b"".join(self._sectors(int.from_bytes(view[60:64], "little"))))
        self._mini = b"".join(self._limited(_field(self._directory, 0, 116), _field(self._directory, 0, 120)))

    def entries(self) -> Iterator[Entry]:
        """Yield everything below the root, each before what lies in it."""
        seen = {0}
        stack: list[tuple[int, tuple[str, ...]]] = [(_field(self._directory, 0, 76), ())]
        while stack:
            number, around = stack.pop()
            if number == _NONE:
                continue
            at = number * _ENTRY
            if number in seen or at + _ENTRY > len(self._directory):
                raise Unreadable("a compound file whose directory does not hang together")
            seen.add(number)
            kind = self._directory[at + 66]
            path = (*around, self._name(at))
            stack += [(_field(self._directory, number, place), around) for place in (68, 72)]
            yield Entry(
                path, kind == _STREAM, _field(self._directory, number, 120), _field(self._directory, number, 116)
            )
            if kind in {_STORAGE, _ROOT}:
                stack.append((_field(self._directory, number, 76), path))

    def chunks(self, entry: Entry) -> Iterator[bytes]:
        """Yield the bytes of a stream."""
        if entry.size >= self._cutoff:
            yield from self._limited(entry.start, entry.size)
            return
        left, sector = entry.size, entry.start
        pieces = []
        while left > 0:
            if sector * _MINI >= len(self._mini) or sector >= len(self._mini_table):
                raise Unreadable("a stream that ends early")
            pieces.append(self._mini[sector * _MINI : sector * _MINI + min(left, _MINI)])
            left -= _MINI
            sector = self._mini_table[sector]
        yield b"".join(pieces)

    def spare(self) -> bytes:
        """Return the sectors that belong to nothing, and what lies behind the sectors."""
        whole = min(len(self._table), len(self._view) // self._size)
        free = [self._run(number, 1) for number in range(whole - 1) if self._table[number] == _NONE]
        return b"".join(free) + bytes(self._view[(len(self._table) + 1) * self._size :])

    def _name(self, at: int) -> str:
        length = int.from_bytes(self._directory[at + 64 : at + 66], "little")
        return self._directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace").lower()

    def _limited(self, start: int, size: int) -> Iterator[bytes]:
        left = size
        for piece in self._sectors(start) if size else ():
            yield piece[:left]
            left -= len(piece)
            if left <= 0:
                return
        if left > 0:
            raise Unreadable("a stream that ends early")

    def _sectors(self, sector: int) -> Iterator[bytes]:
        """Yield the chain from `sector`, neighbours in one piece."""
        first = count = 0
        for one in self._chain(sector):
            if count and one == first + count and count * self._size < CHUNK:
                count += 1
                continue
            if count:
                yield self._run(first, count)
            first, count = one, 1
        if count:
            yield self._run(first, count)

    def _run(self, sector: int, count: int) -> bytes:
        start = (sector + 1) * self._size
        if start >= len(self._view):
            raise Unreadable("a sector behind the end of the file")
        return bytes(self._view[start : start + count * self._size])

    def _chain(self, sector: int) -> Iterator[int]:
        for _ in range(len(self._table) + 1):
            if sector >= _LAST:
                return
            yield sector
            if sector >= len(self._table):
                raise Unreadable("a sector behind the end of the sector table")
            sector = self._table[sector]
        raise Unreadable("a chain of sectors that loops")

    def _read_table(self) -> "array[int]":
        """Return the sector table: its sectors stand in the header (109) and in a chain of their own."""
        places = list(struct.unpack_from("<109I", self._view, 76))
        sector, most = int.from_bytes(self._view[68:72], "little"), len(self._view) // self._size + 1
        count = self._size // 4
        while sector < _LAST and most > 0:
            start = (sector + 1) * self._size
            if start + self._size > len(self._view):
                raise Unreadable("a sector table that ends early")
            *more, sector = struct.unpack_from(f"<{count}I", self._view, start)
            places += more
            most -= 1
        table = array("I")
        sound = (place for place in places if place < _LAST)
        for place in islice(sound, len(self._view) // (self._size * count) + 2):
            start = (place + 1) * self._size
            table.frombytes(bytes(self._view[start : start + self._size]).ljust(self._size, b"\xff"))
        return table


def _field(directory: bytes, number: int, at: int) -> int:
    return int.from_bytes(directory[number * _ENTRY + at : number * _ENTRY + at + 4], "little")
