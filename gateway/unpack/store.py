"""Where decoded bytes go while a message is examined.

Bytes are decoded, hashed and written in one pass; they are looked at only afterwards.
"""

import hashlib
from collections.abc import Iterable
from typing import Protocol

from gateway.model.span import Span


class Store(Protocol):
    """The scratch of one examination; `Artifact.content` are spans of it."""

    def add(self, chunks: Iterable[bytes | memoryview]) -> tuple[Span, str]:
        """Append one file; return where it lies and its SHA-256 in hexadecimal."""

    def view(self, span: Span) -> bytes | memoryview:
        """Return the bytes of one file that was added; valid until the next `add` at least."""


class MemoryStore:
    """A scratch in memory, for `postern examine` and tests."""

    def __init__(self) -> None:
        self._files: dict[int, bytes] = {}
        self._size = 0

    def add(self, chunks: Iterable[bytes | memoryview]) -> tuple[Span, str]:
        """Keep one file."""
        digest = hashlib.sha256()
        content = bytearray()
        for chunk in chunks:
            digest.update(chunk)
            content += chunk
        span = Span(self._size, self._size + len(content))
        if content:
            self._files[span.start] = bytes(content)
        self._size = span.end
        return span, digest.hexdigest()

    def view(self, span: Span) -> bytes | memoryview:
        """Return one file."""
        return memoryview(self._files.get(span.start, b""))[: len(span)]
