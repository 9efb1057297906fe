"""What takes hosted files in tests, and a scratch over a real spool."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.adapters.spool import FileSpool
from gateway.model.limits import Deadline
from gateway.model.span import Span
from gateway.ports.hosting import NewFile
from tests.unit.pipeline.world import Bytes


@dataclass
class Shelf:
    """Takes files, or fails as told."""

    error: Exception | None = None
    taken: list[tuple[NewFile, bytes]] = field(default_factory=list)
    ended: list[tuple[str, bool]] = field(default_factory=list)

    async def host(self, new: NewFile, descriptor: int, deadline: Deadline) -> str:
        if self.error:
            raise self.error
        self.taken.append((new, os.pread(descriptor, new.file.size + 9, 0)))
        return f"https://files1.example/{new.file.id}"

    async def settle(self, message: str, *, delivered: bool) -> None:
        self.ended.append((message, delivered))


class Scratch(Bytes):
    """A scratch over a real spool, which gives a descriptor for a whole room only."""

    def __init__(self, spool: FileSpool) -> None:
        super().__init__()
        self.spool = spool

    def chunks(self, span: Span | None = None) -> Iterator[bytes]:
        return self.spool.chunks(span)

    def descriptor_of(self, span: Span) -> int | None:
        return self.spool.descriptor_of(span)
