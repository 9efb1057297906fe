"""Where a child puts the decoded bytes of one message."""

import hashlib
import mmap
from collections.abc import Iterable

from gateway.adapters.spool import MEMORY, FileSpool
from gateway.model.errors import Deferred
from gateway.model.span import Span


class Scratch:
    """The examination's store over one spool; what does not fit on the disk is remembered here.

    The examiner may take any exception for damage in a container; `full` tells the difference afterwards,
    because a full disk must never become a refusal.
    """

    def __init__(self, spool: FileSpool) -> None:
        self.spool = spool
        self.full = False
        self._map: mmap.mmap | None = None

    def add(self, chunks: Iterable[bytes | bytearray | memoryview]) -> tuple[Span, str]:
        """Append a file; return where it lies and its SHA-256 in hexadecimal."""
        start = self.spool.size
        digest = hashlib.sha256()
        for chunk in chunks:
            try:
                self.spool.write(chunk)
            except Deferred:
                self.full = True
                raise
            digest.update(chunk)
        return Span(start, self.spool.size), digest.hexdigest()

    def view(self, span: Span) -> memoryview:
        """Return the bytes of `span`; a large scratch is mapped, not read."""
        if self.spool.size <= MEMORY:
            return memoryview(b"".join(self.spool.chunks(span)))
        if self._map is None or span.end > len(self._map):
            self._map = mmap.mmap(self.spool.fileno(), self.spool.size, prot=mmap.PROT_READ)
        return memoryview(self._map)[span.start : span.end]

    def close(self) -> None:
        """Give bytes and map up; a map that is still viewed goes with its last view."""
        self._map = None
        self.spool.close()
