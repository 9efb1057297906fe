"""The decoded files of one message: small ones behind each other, each larger one behind a descriptor of its own.

A scanner that takes descriptors is given a large file without a copy of it. A place is a span over one long row of
rooms: the first holds the small files, every other one large file, as far as there are rooms.
"""

from collections.abc import Iterator, Sequence

from gateway.adapters.spool import FileSpool
from gateway.model.limits import KIB
from gateway.model.span import Span

ROOM = 1 << 40
"""Addresses in a room."""
MOST_ROOMS = 16
"""Descriptors are few; what more large files there are lies with the small ones."""
SMALL = 64 * KIB
"""Bytes up to which a file shares the first room; and a room or a message goes over beside the words about it."""


class Rooms:
    """Implements the Content port; the first room is always there."""

    def __init__(self, spools: Sequence[FileSpool]) -> None:
        """Take the spools over."""
        self.spools = list(spools)

    def inside(self, span: Span) -> tuple[FileSpool, Span]:
        """Return the room of a span and the place in it. Raises IndexError where there is none."""
        number, start = divmod(span.start, ROOM)
        return self.spools[number], Span(start, start + len(span))

    def holds(self, span: Span) -> bool:
        """Tell whether a span lies in one of the rooms."""
        if not 0 <= span.start <= span.end or span.start // ROOM >= len(self.spools):
            return False
        room, place = self.inside(span)
        return place.end <= room.size

    def chunks(self, span: Span) -> Iterator[bytes]:
        """Yield the bytes of `span` in bounded pieces."""
        room, place = self.inside(span)
        return room.chunks(place)

    def descriptor_of(self, span: Span) -> int | None:
        """Return a descriptor that holds these bytes and nothing else; None where they share one."""
        room, place = self.inside(span)
        return room.descriptor_of(place)

    def close(self) -> None:
        """Give the bytes up; may be called twice."""
        for spool in self.spools:
            spool.close()
