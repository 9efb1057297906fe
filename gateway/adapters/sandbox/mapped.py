"""A large message as the examination sees it: mapped, but long stretches of it are read.

Every page that is touched in a map counts as memory of the process, and costs a fault; what is read goes through
one buffer. So a child that looks into 50 MB holds a few pages of them, and expressions still work on all of it.
"""

import mmap
import os
from typing import Self, SupportsIndex, overload

from gateway.model.limits import KIB

_LONG = 16 * KIB
"""Bytes from which on a stretch is read."""
_WINDOW = 256 * KIB


class Mapped(mmap.mmap):
    """The first `size` bytes of a file, read-only; takes the descriptor over."""

    _descriptor: int
    _size: int

    def __new__(cls, descriptor: int, size: int) -> Self:
        """Map the file. Raises OSError or ValueError where that cannot be, and closes the descriptor."""
        try:
            mapped = super().__new__(cls, descriptor, size, prot=mmap.PROT_READ)
        except BaseException:
            os.close(descriptor)
            raise
        mapped._descriptor, mapped._size = descriptor, size
        return mapped

    @overload
    def __getitem__(self, where: SupportsIndex, /) -> int: ...
    @overload
    def __getitem__(self, where: slice, /) -> bytes: ...
    def __getitem__(self, where: SupportsIndex | slice, /) -> int | bytes:
        """Return a byte or a stretch."""
        if isinstance(where, slice):
            start, stop, step = where.indices(self._size)
            if step == 1 and stop - start >= _LONG:
                return _read(self._descriptor, start, stop)
        return super().__getitem__(where)

    def find(self, sub: bytes, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
        """Return where `sub` lies first between two offsets; -1 where it does not."""
        stop = self._size if end is None else min(end, self._size)
        while stop - start >= _LONG > len(sub):
            window = _read(self._descriptor, start, min(start + _WINDOW, stop))
            if (at := window.find(sub)) >= 0:
                return start + at
            start += len(window) - len(sub) + 1
        return super().find(sub, start, stop)

    def close(self) -> None:
        """Close the descriptor and unmap. Raises BufferError where a view is left, which then keeps the map alive."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        super().close()


def _read(descriptor: int, start: int, stop: int) -> bytes:
    """Read a stretch whole. Raises EOFError where the file has become shorter."""
    data = os.pread(descriptor, stop - start, start)
    if len(data) == stop - start:
        return data
    if not data:
        raise EOFError(f"the message ends at {start} instead of {stop}")
    return data + _read(descriptor, start + len(data), stop)
