"""RAR archives (versions 4 and 5): opened by libarchive, their blocks walked for what it overlooks.

The blocks tell where the archive ends, whether it is one volume of several, whether files are encrypted, and
whether one carries an alternate data stream, which unpackers write and libarchive skips.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gateway.filetype.identified import Note
from gateway.model.finding import FindingKind
from gateway.unpack.archives import list_archive
from gateway.unpack.budget import Budget
from gateway.unpack.listing import Expected
from gateway.unpack.opener import Member, Unreadable

_MARK5 = b"Rar!\x1a\x07\x01\0"
_STREAM = b"STM"

_MAIN, _FILE, _SERVICE, _LOCK, _END = range(1, 6)
"""Types of blocks, numbered as version 5 does."""
_FROM_4 = {0x73: _MAIN, 0x74: _FILE, 0x7A: _SERVICE, 0x7B: _END}
_HAS_EXTRA, _HAS_DATA, _IS_SPLIT = 1, 2, 0x18
_HAS_TIME, _HAS_CHECKSUM = 2, 4
_ENCRYPTION = 1


@dataclass(frozen=True, slots=True)
class _Block:
    kind: int
    end: int
    """Offset behind the block and its data."""
    is_volume: bool
    is_encrypted: bool
    name: bytes = b""


def open_rar(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
    """List a RAR archive."""
    is_new = bytes(view[: len(_MARK5)]) == _MARK5
    notes, end = {}, 0
    for block in _blocks(view, is_new=is_new):
        budget.spend_time()
        end = block.end
        if block.is_encrypted:
            notes[FindingKind.CONTAINER_ENCRYPTED] = "encrypted files"
        if block.is_volume:
            notes[FindingKind.CONTAINER_UNREADABLE] = "one volume of several"
        elif block.kind == _SERVICE and block.name == _STREAM:
            notes[FindingKind.CONTAINER_UNREADABLE] = "alternate data stream"
        if block.kind == _LOCK:
            break
    else:
        yield from list_archive(view, Expected("rar5" if is_new else "rar"), budget, end)
    for kind, detail in notes.items():
        yield Note(kind, detail)


def _blocks(view: memoryview, *, is_new: bool) -> Iterator[_Block]:
    """Yield all blocks up to the end of the archive; old writers make no end block."""
    read: Callable[[memoryview, int], _Block] = _block5 if is_new else _block4
    at = len(_MARK5) if is_new else len(_MARK5) - 1
    while at < len(view):
        block = read(view, at)
        if block.end <= at or block.end > len(view):
            raise Unreadable("data is missing")
        yield block
        at = block.end
        if block.kind in {_LOCK, _END}:
            return


def _block4(view: memoryview, at: int) -> _Block:
    """Read a block of version 4 (technote.txt of RAR 4, "Block header")."""
    raw, flags, size = view[at + 2], _little(view, at + 3, 2), _little(view, at + 5, 2)
    kind = _FROM_4.get(raw, 0)
    if size < 7:
        raise Unreadable(f"no block at {at}")
    is_file = kind in {_FILE, _SERVICE}
    data = _little(view, at + 7, 4) if is_file or flags & 0x8000 else 0
    name = b""
    if is_file:
        wide = 8 if flags & 0x100 else 0
        data += _little(view, at + 32, 4) << 32 if wide else 0
        name = bytes(view[at + 32 + wide : at + 32 + wide + _little(view, at + 26, 2)])
    if kind == _MAIN and flags & 0x80:
        return _Block(_LOCK, at + size, is_volume=bool(flags & 1), is_encrypted=True)
    is_volume = bool(flags & (1 if kind == _MAIN else 3 if kind == _FILE else 0))
    return _Block(kind, at + size + data, is_volume, is_file and bool(flags & 4), name)


def _block5(view: memoryview, at: int) -> _Block:
    """Read a block of version 5 (technote of RAR 5.0, "General archive block format")."""
    size, start = _vint(view, at + 4)
    kind, here = _vint(view, start)
    flags, here = _vint(view, here)
    extra, here = _vint(view, here) if flags & _HAS_EXTRA else (0, here)
    data, here = _vint(view, here) if flags & _HAS_DATA else (0, here)
    end, name = start + size, b""
    is_volume = bool(flags & _IS_SPLIT)
    if kind == _MAIN:
        is_volume = bool(_vint(view, here)[0] & 1)
    elif kind in {_FILE, _SERVICE}:
        name = _name5(view, here)
    locked = kind == _LOCK or (kind in {_FILE, _SERVICE} and _is_encrypted5(view, end - extra, end))
    return _Block(kind, end + data, is_volume, locked, name)


def _name5(view: memoryview, at: int) -> bytes:
    flags, at = _vint(view, at)
    _, at = _vint(view, at)
    _, at = _vint(view, at)
    at += (4 if flags & _HAS_TIME else 0) + (4 if flags & _HAS_CHECKSUM else 0)
    _, at = _vint(view, at)
    _, at = _vint(view, at)
    length, at = _vint(view, at)
    return bytes(view[at : at + length])


def _is_encrypted5(view: memoryview, at: int, end: int) -> bool:
    """Look for the encryption record among the extra records of a file."""
    while at < end:
        size, at = _vint(view, at)
        if _vint(view, at)[0] == _ENCRYPTION:
            return True
        at += max(size, 1)
    return False


def _vint(view: memoryview, at: int) -> tuple[int, int]:
    """Read a number of seven bits a byte, lowest first; return it with the offset behind it."""
    value = 0
    for shift in range(0, 70, 7):
        byte = view[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
    return value, at


def _little(view: memoryview, at: int, size: int) -> int:
    return int.from_bytes(view[at : at + size], "little")
