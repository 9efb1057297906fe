"""What libarchive makes of a file: its members one after the other, in bounded pieces.

Reads memory, in one format that the caller names, and never a path: libarchive must not find another format in
the bytes than the one that was recognised. Everything but plain success is told: warnings are notes, failures raise.
"""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from libarchive import ffi

from gateway.filetype.identified import Note
from gateway.model.finding import FindingKind
from gateway.unpack.budget import Budget
from gateway.unpack.opener import CHUNK, KIND_OF_MODE, KINDS, Member, Unreadable, way_out

_OK: Final = 0
_EOF: Final = 1
_WARN: Final = -20
_FOLDER: Final = 0o040000

_lib = ffi.libarchive
_archive, _entry = ffi.c_archive_p, ffi.c_archive_entry_p


def _function(name: str, returns: type, *takes: type) -> Callable[..., Any]:
    """Bind a function of libarchive whose result we check ourselves."""
    return ctypes.CFUNCTYPE(returns, *takes)(("archive_" + name, _lib))


_next_header = _function("read_next_header", ctypes.c_int, _archive, ctypes.POINTER(ctypes.c_void_p))
_read_data = _function("read_data", ctypes.c_ssize_t, _archive, ctypes.c_void_p, ctypes.c_size_t)
_has_locked = _function("read_has_encrypted_entries", ctypes.c_int, _archive)
_is_locked = _function("entry_is_encrypted", ctypes.c_int, _entry)
_filter_code = _function("filter_code", ctypes.c_int, _archive, ctypes.c_int)
_set_options = _function("read_set_options", ctypes.c_int, _archive, ctypes.c_char_p)
_utf8_name = _function("entry_pathname_utf8", ctypes.c_char_p, _entry)


class _Buffer(ctypes.Structure):
    """Py_buffer of the C API."""

    _fields_ = (
        ("start", ctypes.c_void_p),
        ("owner", ctypes.py_object),
        ("size", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("rest", ctypes.c_void_p * 5),
    )


class Locked(Unreadable):
    """The directory itself is encrypted."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The only thing that libarchive may take a file for."""

    format: str
    filters: tuple[str, ...] = ()
    options: str = ""


class Listing:
    """One pass over a file."""

    def __init__(self, archive: int, expected: Expected, budget: Budget) -> None:
        self._archive = archive
        self._expected = expected
        self._budget = budget
        self.is_empty = True
        """Nothing was listed yet, no folder either."""

    @property
    def consumed(self) -> int:
        """Bytes of the file that were used so far."""
        return int(ffi.filter_bytes(self._archive, -1))

    def members(self) -> Iterator[Member | Note]:
        """Yield all members; raises `Unreadable` where libarchive cannot go on."""
        piece = ctypes.create_string_buffer(CHUNK)
        for entry, warning in self._entries():
            if warning:
                yield Note(FindingKind.CONTAINER_INCONSISTENT, warning)
            if self._expected.filters and not _filter_code(self._archive, 0):
                raise Unreadable("not compressed as it says")
            if (member := self._member(entry, piece)) is not None:
                yield from way_out(member.names)
                yield member

    def names(self) -> list[tuple[str, ...]]:
        """Return the names of every entry, contents unread."""
        return [_names(entry) for entry, _ in self._entries()]

    def _entries(self) -> Iterator[tuple[int, str]]:
        """Yield every entry with the warning about it."""
        entry = ctypes.c_void_p()
        while (result := _next_header(self._archive, ctypes.byref(entry))) != _EOF:
            self._budget.spend_time()
            if result not in {_OK, _WARN}:
                raise self._failure()
            self.is_empty = False
            yield entry.value or 0, self._error() if result == _WARN else ""

    def _member(self, entry: int, piece: "ctypes.Array[ctypes.c_char]") -> Member | None:
        kind = ffi.entry_filetype(entry) & KIND_OF_MODE
        size = int(ffi.entry_size(entry)) if ffi.entry_size_is_set(entry) else -1
        if kind == _FOLDER and (size <= 0 or self._expected.format == "iso9660"):
            return None
        names = _names(entry)
        if _is_locked(entry):
            return Member(names, (), encrypted=True)
        special = KINDS.get(kind, "")
        if ffi.entry_hardlink(entry) is not None and size <= 0:
            special = "inode/hardlink"
        return Member(names, self._content(piece, size), kind=special)

    def _content(self, piece: "ctypes.Array[ctypes.c_char]", size: int) -> Iterator[bytes]:
        """Read the data of the entry that is at hand."""
        view, total = memoryview(piece).cast("B"), 0
        while count := _read_data(self._archive, piece, CHUNK):
            if count < 0:
                raise self._failure()
            total += count
            yield bytes(view[:count])
        if size >= 0 and total != size:
            raise Unreadable(f"{total} bytes where {size} are announced")

    def _failure(self) -> Unreadable:
        said = self._error()
        if "ncrypt" in said or (_has_locked(self._archive) == 1 and "runcated" not in said):
            return Locked(said)
        return Unreadable(said)

    def _error(self) -> str:
        return bytes(ffi.error_string(self._archive) or b"damaged").decode("utf-8", "replace")


@contextmanager
def listing(view: memoryview, expected: Expected, budget: Budget) -> Iterator[Listing]:
    """Open a file in memory. Raises `Unreadable` where it is not of the expected format."""
    with _pinned(view) as buffer:
        archive = ffi.read_new()
        try:
            ffi.get_read_format_function(expected.format)(archive)
            for one in expected.filters:
                ffi.get_read_filter_function(one)(archive)
            if expected.options and _set_options(archive, expected.options.encode("ascii")) != _OK:
                raise Unreadable("an option is not known here")
            ffi.read_open_memory(archive, buffer.start, buffer.size)
            yield Listing(archive, expected, budget)
        except ffi.ArchiveError as error:
            raise Unreadable(str(error)) from error
        finally:
            _lib.archive_read_free(ctypes.c_void_p(archive))


@contextmanager
def _pinned(view: memoryview) -> Iterator[_Buffer]:
    """Give the address of bytes that may be read only, as long as the context lasts."""
    buffer = _Buffer()
    ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(view), ctypes.byref(buffer), 0)
    try:
        yield buffer
    finally:
        ctypes.pythonapi.PyBuffer_Release(ctypes.byref(buffer))


def _names(entry: int) -> tuple[str, ...]:
    """Return the name in Unicode and, where it differs, as the bytes read."""
    raw, text = ffi.entry_pathname(entry), _utf8_name(entry)
    found = [bytes(one).decode("utf-8", "replace") for one in (text, raw) if one]
    return tuple(dict.fromkeys(found))
