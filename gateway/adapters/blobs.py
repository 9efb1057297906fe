"""Contents in a folder or in S3, through obstore: one object for each digest below its tenant's prefix.

A put returns when the content survives a loss of power: in a folder after fsync of the file and of every folder
above it up to the root, in S3 when the server said so. The root itself is never made here: where it has gone
(an unmounted disk), nothing is written.
"""

import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from gateway.ports.blobs import Blob, BlobError, BlobMissing

PIECE = 1024 * 1024
"""Bytes that are read at a time."""
_S3_SECONDS = "20s"
_LEFTOVER_SECONDS = 86_400.0


class ObjectBlobs:
    """Implements `ports.blobs.BlobStore` over an object store."""

    def __init__(self, store: ObjectStore) -> None:
        self.objects = store
        """Where they lie, for whoever reads parts of them."""

    def put(self, blob: Blob, chunks: Iterable[bytes]) -> None:
        """Store the content, checked against its digest while it passes."""
        if not self._is_whole(blob):
            with _failures():
                obstore.put(self.objects, path_of(blob), _checked(blob, chunks), chunk_size=5 * PIECE)

    def open(self, blob: Blob) -> Iterator[bytes]:
        """Yield the content in pieces."""
        with _failures(blob):
            for piece in obstore.get(self.objects, path_of(blob)).stream(min_chunk_size=PIECE):
                yield bytes(piece)

    def stat(self, blob: Blob) -> int | None:
        """Return the size."""
        try:
            with _failures(blob):
                return obstore.head(self.objects, path_of(blob))["size"]
        except BlobMissing:
            return None

    def delete(self, blob: Blob) -> None:
        """Remove the content."""
        try:
            with _failures(blob):
                obstore.delete(self.objects, path_of(blob))
        except BlobMissing:
            return

    def sweep(self) -> None:
        """Remove what puts that were killed half-way left behind; S3 does that by itself (lifecycle rules)."""

    def _is_whole(self, blob: Blob) -> bool:
        """Tell whether the content is there as it should be: a crash may have left less."""
        digest = hashlib.sha256()
        try:
            for piece in self.open(blob):
                digest.update(piece)
        except BlobMissing:
            return False
        return digest.hexdigest() == blob.sha256


class FolderBlobs(ObjectBlobs):
    """Contents below a folder."""

    def __init__(self, root: Path) -> None:
        """Use `root`, which somebody else made. Raises `BlobError` where it is not there."""
        self._root = root
        with _failures():
            super().__init__(LocalStore(root))

    def put(self, blob: Blob, chunks: Iterable[bytes]) -> None:
        """Store the content and wait for the disk; never make the root."""
        if not self._root.is_dir():
            raise BlobError(f"{self._root} is not there")
        super().put(blob, chunks)
        file = self._root / path_of(blob)
        try:
            for place in (file, *file.parents):
                _sync(place)
                if place == self._root:
                    return
        except OSError as error:
            raise BlobError(f"{place}: {error.strerror}") from error

    def sweep(self) -> None:
        """Remove what puts that were killed half-way left behind a day ago."""
        try:
            for left in self._root.glob("*/*/*#*"):
                if left.stat().st_mtime < time.time() - _LEFTOVER_SECONDS:
                    left.unlink(missing_ok=True)
        except OSError as error:
            raise BlobError(f"{self._root}: {error.strerror}") from error


def open_blobs(url: str, folder: Path) -> ObjectBlobs:
    """Return the store at `url`, such as "s3://bucket/prefix"; without one, that in `folder`."""
    if not url:
        return FolderBlobs(folder)
    with _failures():
        return ObjectBlobs(
            from_url(
                url,
                client_options={"timeout": _S3_SECONDS, "allow_http": True},
                retry_config={"max_retries": 2},
            )
        )


def path_of(blob: Blob) -> str:
    """Return where a content lies, below the root of the store."""
    # the mark keeps a tenant called ".." what it is: a name
    return f"t-{quote(blob.tenant, safe='')}/{blob.sha256[:2]}/{blob.sha256}"


def _checked(blob: Blob, chunks: Iterable[bytes]) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
        yield chunk
    if digest.hexdigest() != blob.sha256:
        raise BlobError("the content is not what its digest says")


def _sync(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _failures(blob: Blob | None = None) -> Iterator[None]:
    """Turn what the library raises into the port's words."""
    try:
        yield
    except FileNotFoundError as error:
        raise (BlobMissing(blob.sha256) if blob else BlobError(str(error))) from error
    except (BaseError, OSError, ValueError) as error:
        raise BlobError(str(error).partition("\n")[0][:500]) from error
