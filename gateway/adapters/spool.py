"""Where a message waits while we hold it: memory up to a bound, then an unlinked file.

Promises that the bytes are gone when the spool is closed or the process dies, kill -9 included: a file
never has a name (O_TMPFILE), or loses it at once on a filesystem that cannot do that. A full disk or a
vanished folder is `Deferred`; the part of a chunk that was written before is not counted and gets
overwritten. Never maps memory, so that a file cut short by somebody else cannot kill the process.
"""

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from gateway.model.errors import Deferred
from gateway.model.limits import KIB
from gateway.model.reply import DISK_FULL, UNFORESEEN
from gateway.model.span import Span

MEMORY = 256 * KIB
"""Bytes that a spool holds in memory before it takes a file."""
PIECE = 256 * KIB
"""Bytes that `chunks` yields at a time."""
_PREFIX = "postern-"
_NO_TMPFILE = (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL)


class SpoolFolder:
    """Makes spools whose large ones lie in `folder`."""

    def __init__(self, folder: Path) -> None:
        """Create the folder (0700) where it is missing, prove that it takes files, sweep leftovers.

        Raises OSError, with the reason, where the folder cannot be used safely.
        """
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = folder.stat()
        if held.st_uid != os.geteuid() or held.st_mode & 0o022:
            raise PermissionError(errno.EPERM, "must belong to the gateway's user and be writable for it only", folder)
        os.close(self.open_file())
        for leftover in folder.glob(f"{_PREFIX}*"):
            leftover.unlink(missing_ok=True)

    def __call__(self) -> "FileSpool":
        """Open an empty spool."""
        return FileSpool(self)

    def received(self, descriptor: int) -> "FileSpool":
        """Take over a descriptor that another process filled; close it where it is no plain file.

        Raises OSError in that case: a pipe or a device could block or lie about its size.
        """
        held = os.fstat(descriptor)
        if not stat.S_ISREG(held.st_mode):
            os.close(descriptor)
            raise OSError(errno.EINVAL, "the received descriptor is not a plain file")
        return FileSpool(self, descriptor, held.st_size)

    def open_file(self) -> int:
        """Return the descriptor of a new file without a name."""
        try:
            return os.open(self.folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            if error.errno not in _NO_TMPFILE:
                raise
        descriptor, name = tempfile.mkstemp(prefix=_PREFIX, dir=self.folder)
        with contextlib.suppress(FileNotFoundError):  # another worker's sweep was faster
            Path(name).unlink()
        return descriptor


class FileSpool:
    """One spool; use it from one thread at a time."""

    def __init__(self, home: SpoolFolder, descriptor: int = -1, size: int = 0) -> None:
        self.is_dotless = False
        """No line begins with a dot; whoever wrote it knows."""
        self._home = home
        self._memory = bytearray()
        self._descriptor = descriptor
        self._in_file = descriptor >= 0
        self._size = size
        self._closed = False

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._size

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        """Append. Raises `Deferred` (452 4.3.1) when the disk is full or the folder is gone."""
        end = self._size + len(chunk)
        try:
            if self._descriptor < 0 and end <= MEMORY:
                self._memory += chunk
            else:
                if not self._in_file and end > MEMORY:
                    self._move_to(self._home.open_file())
                    self._in_file = True
                _write_at(self._descriptor, chunk, self._size)
        except OSError as error:
            raise Deferred(DISK_FULL.reply(), f"spool: {error.strerror}") from error
        self._size = end

    def fileno(self) -> int:
        """Return a descriptor from which `[0, size)` can be read; valid until `close`."""
        if self._descriptor < 0:
            try:
                self._move_to(os.memfd_create("postern-spool", os.MFD_CLOEXEC))
            except OSError as error:
                raise Deferred(DISK_FULL.reply(), f"spool: {error.strerror}") from error
        return self._descriptor

    def descriptor_of(self, span: Span) -> int | None:
        """Return a descriptor that holds these bytes and nothing else; None where there is more."""
        return self.fileno() if span == Span(0, self._size) else None

    def chunks(self, span: Span | None = None) -> Iterator[bytes]:
        """Yield the bytes of `span` (default: all) in pieces of at most 256 KiB.

        Raises `Deferred` where the file no longer holds what was written.
        """
        at, end = (0, self._size) if span is None else (span.start, span.end)
        if self._descriptor < 0 and end <= len(self._memory):
            yield from (bytes(memoryview(self._memory)[i : min(i + PIECE, end)]) for i in range(at, end, PIECE))
            return
        while at < end:
            piece = os.pread(self._descriptor, min(PIECE, end - at), at)
            if not piece:
                raise Deferred(UNFORESEEN.reply(), f"spool: ends at {at} instead of {end}")
            yield piece
            at += len(piece)

    def close(self) -> None:
        """Give the bytes up; may be called twice."""
        self._memory = bytearray()
        if self._descriptor >= 0 and not self._closed:
            os.close(self._descriptor)
        self._closed = True

    def _move_to(self, descriptor: int) -> None:
        """Carry the bytes so far over to a new descriptor; one that was handed out keeps its number."""
        try:
            if self._descriptor < 0:
                _write_at(descriptor, self._memory, 0)
            else:
                at = 0
                for piece in self.chunks():
                    _write_at(descriptor, piece, at)
                    at += len(piece)
        except BaseException:
            os.close(descriptor)
            raise
        if self._descriptor >= 0:
            os.dup2(descriptor, self._descriptor, inheritable=False)
            os.close(descriptor)
        else:
            self._descriptor = descriptor
        self._memory = bytearray()


def _write_at(descriptor: int, chunk: bytes | bytearray | memoryview, at: int) -> None:
    rest = memoryview(chunk)
    while rest:
        written = os.pwrite(descriptor, rest, at)
        at += written
        rest = rest[written:]
