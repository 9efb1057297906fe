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
        """Return the bytes of `span`; a large file is mapped, for as long as it is viewed, and not read."""
        if len(span) <= MEMORY:
            return memoryview(b"".join(self.spool.chunks(span)))
        start = span.start - span.start % mmap.ALLOCATIONGRANULARITY
        mapped = mmap.mmap(self.spool.fileno(), span.end - start, prot=mmap.PROT_READ, offset=start)
        return memoryview(mapped)[span.start - start :]

    def close(self) -> None:
        """Give the bytes up."""
        self.spool.close()
