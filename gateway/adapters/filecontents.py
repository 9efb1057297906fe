"""The bytes of hosted files in ranges: from a folder by pread in threads, from S3 as one stream.

Nothing is held beyond the piece under way. A folder's file stays open for its readers when it is removed.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from gateway.adapters.blobs import path_of
from gateway.model.hosted import HostedFile
from gateway.ports.blobs import Blob
from gateway.ports.files import Unavailable

_THREADS = 8


class FolderContents:
    """Implements `ports.files.Contents` over a folder of `adapters.blobs`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._threads = ThreadPoolExecutor(_THREADS, "contents")

    async def read(
        self, file: HostedFile, start: int, end: int, piece: Callable[[], int]
    ) -> AsyncGenerator[bytes, None]:
        """Yield the bytes from `start` to before `end`. Raises Unavailable, also where the content is too short."""
        run = asyncio.get_running_loop().run_in_executor
        descriptor = -1
        try:
            descriptor = await run(self._threads, os.open, self._root / _path(file), os.O_RDONLY | os.O_CLOEXEC)
            while start < end:
                data = await run(self._threads, os.pread, descriptor, min(piece(), end - start), start)
                if not data:
                    raise Unavailable(f"the content of {file.id} is too short")
                start += len(data)
                yield data
        except OSError as error:
            raise Unavailable(f"the content of {file.id}: {error.strerror}") from error
        finally:
            if descriptor >= 0:
                os.close(descriptor)

    def place(self, file: HostedFile) -> str:
        """Return the content's path below the root."""
        return _path(file)


class ObjectContents:
    """Implements `ports.files.Contents` over an object store."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def read(
        self, file: HostedFile, start: int, end: int, piece: Callable[[], int]
    ) -> AsyncGenerator[bytes, None]:
        """Yield the bytes from `start` to before `end`. Raises Unavailable."""
        if start >= end:
            return
        try:
            found = await obstore.get_async(self._store, _path(file), options={"range": (start, end)})
            async for chunk in found.stream(min_chunk_size=piece()):
                yield bytes(chunk)
        except (BaseError, OSError, ValueError) as error:
            raise Unavailable(f"the content of {file.id}: {type(error).__name__}") from error

    def place(self, file: HostedFile) -> None:
        """Nothing of it lies in a folder."""
        del file


def _path(file: HostedFile) -> str:
    return path_of(Blob(file.tenant, file.sha256))
