"""Where a child puts the decoded bytes of one message."""

import hashlib
import mmap
from collections.abc import Callable, Iterable

from gateway.adapters.sandbox.rooms import MOST_ROOMS, ROOM, SMALL, Rooms
from gateway.adapters.spool import MEMORY, FileSpool
from gateway.model.errors import Deferred
from gateway.model.span import Span


class Scratch:
    """The examination's store; what does not fit on the disk is remembered here.

    The examiner may take any exception for damage in a container; `full` tells the difference afterwards,
    because a full disk must never become a refusal.
    """

    def __init__(self, spools: Callable[[], FileSpool]) -> None:
        self.full = False
        self._spools = spools
        self._rooms = Rooms([spools()])
        self._latest = Span(0, 0), b""
        """The file that was added last, which is looked at at once."""

    @property
    def size(self) -> int:
        """Bytes that were kept."""
        return sum(spool.size for spool in self._rooms.spools)

    def add(self, chunks: Iterable[bytes | bytearray | memoryview]) -> tuple[Span, str]:
        """Keep a file; return where it lies and its SHA-256 in hexadecimal."""
        first = self._rooms.spools[0]
        room = self._spools() if len(self._rooms.spools) < MOST_ROOMS else first
        start = room.size
        digest = hashlib.sha256()
        try:
            for chunk in chunks:
                self._write(room, chunk)
                digest.update(chunk)
            span = Span(start, room.size) if room is first else self._settled(room)
        except BaseException:
            if room is not first:
                room.close()
            raise
        return span, digest.hexdigest()

    def view(self, span: Span) -> memoryview:
        """Return the bytes of `span`; a large file is mapped, for as long as it is viewed, and not read."""
        latest, content = self._latest
        if span == latest:
            return memoryview(content)
        room, place = self._rooms.inside(span)
        if len(place) <= MEMORY:
            return memoryview(b"".join(room.chunks(place)))
        start = place.start - place.start % mmap.ALLOCATIONGRANULARITY
        mapped = mmap.mmap(room.fileno(), place.end - start, prot=mmap.PROT_READ, offset=start)
        return memoryview(mapped)[place.start - start :]

    def small(self) -> bytes | None:
        """Return the first room where it is small enough to be sent as it is."""
        first = self._rooms.spools[0]
        return b"".join(first.chunks()) if first.size <= SMALL else None

    def descriptors(self) -> list[int]:
        """Return those of the rooms that `small` does not give."""
        first, *others = self._rooms.spools
        return [room.fileno() for room in (others if first.size <= SMALL else (first, *others))]

    def close(self) -> None:
        """Give the bytes up."""
        self._rooms.close()

    def _settled(self, room: FileSpool) -> Span:
        """Keep a room that holds one file, or move the file into the first one."""
        rooms = self._rooms.spools
        content = b"".join(room.chunks()) if room.size <= MEMORY else b""
        if room.size > SMALL:
            start = len(rooms) * ROOM
            rooms.append(room)
        else:
            start = rooms[0].size
            self._write(rooms[0], content)
        span = Span(start, start + room.size)
        if content:
            self._latest = span, content
        return span

    def _write(self, room: FileSpool, chunk: bytes | bytearray | memoryview) -> None:
        try:
            room.write(chunk)
        except Deferred:
            self.full = True
            raise
