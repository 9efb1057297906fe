"""Where contents lie: whole messages, and files that are hosted.

A content is named by its tenant and its digest: the same bytes of one tenant are kept once, and never shared
between tenants.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol


class BlobError(Exception):
    """The store cannot be used: full, gone, silent."""


class BlobMissing(BlobError):
    """There is no such content."""


@dataclass(frozen=True, slots=True)
class Blob:
    """The name of one content."""

    tenant: str
    sha256: str


class BlobStore(Protocol):
    """Keeps contents. Every method blocks, may be called from several threads, and raises `BlobError`."""

    def put(self, blob: Blob, chunks: Iterable[bytes]) -> None:
        """Store the content; when this returns it survives a loss of power. Does nothing where it is there whole.

        Raises `BlobError` where `chunks` are not the content that `blob` names.
        """

    def open(self, blob: Blob) -> Iterator[bytes]:
        """Yield the content in bounded pieces. Raises `BlobMissing`."""

    def stat(self, blob: Blob) -> int | None:
        """Return the size in bytes; None where there is no such content."""

    def delete(self, blob: Blob) -> None:
        """Remove the content; nothing happens where there is none."""
