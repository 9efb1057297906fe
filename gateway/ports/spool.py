"""Where bytes wait while we hold them."""

from collections.abc import Iterator
from typing import Protocol

from gateway.model.span import Span


class Content(Protocol):
    """Bytes that can be read by their places; gone when closed or when the process dies."""

    def chunks(self, span: Span) -> Iterator[bytes]:
        """Yield the bytes of `span` in bounded pieces."""

    def descriptor_of(self, span: Span) -> int | None:
        """Return a descriptor of these bytes and nothing else, valid until `close`; None where there is none."""

    def close(self) -> None:
        """Give the bytes up; may be called twice."""


class Spool(Content, Protocol):
    """Bytes of one message behind one file descriptor: memory up to a bound, then an unlinked file."""

    is_dotless: bool
    """No line begins with a dot; False where nobody looked."""

    @property
    def size(self) -> int:
        """Bytes written so far."""

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        """Append. Raises `Deferred` (452 4.3.1) when the disk is full or the folder is gone."""

    def fileno(self) -> int:
        """Return a descriptor from which `[0, size)` can be read; valid until `close`."""

    def chunks(self, span: Span | None = None) -> Iterator[bytes]:
        """Yield the bytes of `span` (default: all) in bounded pieces."""


class SpoolFactory(Protocol):
    """Makes spools."""

    def __call__(self) -> Spool:
        """Open an empty spool."""
