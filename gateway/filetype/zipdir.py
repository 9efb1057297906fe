"""The central directory of a ZIP file (APPNOTE.TXT sections 4.3.12 to 4.3.16), read without trust.

Reads the last end record, as every unpacker does, and at most as many entries as it is told to. What is odd
about the directory itself is told in words; whether the entries' own headers agree is the opener's question.
"""

import struct
from dataclasses import dataclass

_END = struct.Struct("<4sHHHHIIH")
_END64_AT = struct.Struct("<4sIQI")
_END64 = struct.Struct("<4sQHHIIQQQQ")
_ENTRY = struct.Struct("<4sHHHHHHIIIHHHHHII")
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_END_MARK, _ENTRY_MARK, LOCAL_MARK = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_TAIL = 65_535 + _END.size
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_UNICODE_PATH = 0x7075
_UNIX = frozenset((3, 19))
"""Systems whose attributes hold a mode (section 4.4.2): Unix, OS X."""
_ZIP64 = 0x0001


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as the directory describes it."""

    raw_name: bytes
    names: tuple[str, ...]
    """Every name that some unpacker would use."""
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    """Of the local header, in the file as it is."""
    mode: int = 0
    """As Unix writes it, type and permissions; 0 where another system made the entry."""

    @property
    def is_encrypted(self) -> bool:
        """Tell whether the data is encrypted, in the old way or a new one."""
        return bool(self.flags & 0x41) or self.method == 99

    @property
    def is_folder(self) -> bool:
        """Tell whether the entry is a folder without data."""
        return self.raw_name.endswith(b"/") and self.size == 0


@dataclass(frozen=True, slots=True)
class Directory:
    """A central directory."""

    entries: tuple[Entry, ...]
    is_whole: bool
    """All entries were read; False where there are more than asked for."""
    oddities: tuple[str, ...]
    starts: int
    """Offset of the first directory entry."""


@dataclass(frozen=True, slots=True)
class _End:
    starts: int
    size: int
    count: int
    trailing: int
    shift: int
    """Bytes before the ZIP: offsets in it count from there."""


def read_directory(view: memoryview, most: int) -> Directory | None:
    """Read the directory, at most `most` entries; None where there is none or it is broken."""
    ends = _ends(view)
    if not ends:
        return None
    end = ends[0]
    oddities: list[str] = []
    if len(ends) > 1:
        oddities.append("more than one directory")
    if end.shift:
        oddities.append(f"{end.shift} bytes before the archive")
    if end.trailing:
        oddities.append(f"{end.trailing} bytes behind the archive")
    entries: list[Entry] = []
    at, stop = end.starts, end.starts + end.size
    while at + _ENTRY.size <= stop and len(entries) < most:
        found = _entry(view, at, end.shift)
        if found is None:
            return None
        entry, at = found
        entries.append(entry)
    is_whole = at + _ENTRY.size > stop
    if is_whole and (len(entries) != end.count or at != stop):
        oddities.append(f"{len(entries)} entries where {end.count} are announced")
    return Directory(tuple(entries), is_whole, tuple(oddities), end.starts)


def has_directory_at_end(view: memoryview) -> bool:
    """Tell whether an unpacker would take the file for a ZIP."""
    return bool(_ends(view))


def _ends(view: memoryview) -> list[_End]:
    """Return the end records that hold together, the last one first.

    An earlier one counts only where it reaches to the end of the file as well, so that the last one stands in
    its comment; the end record of a ZIP that is stored inside this one does not.
    """
    base = max(0, len(view) - _TAIL)
    tail = bytes(view[base:])
    found: list[_End] = []
    at = tail.rfind(_END_MARK)
    while at >= 0 and len(found) < 2:
        if (end := _end(view, base + at)) is not None and (not found or end.trailing == 0):
            found.append(end)
        at = tail.rfind(_END_MARK, 0, at + 3) if at else -1
    return found


def _end(view: memoryview, at: int) -> _End | None:
    """Read the end record at `at`; None unless a directory really ends right before it."""
    if at + _END.size > len(view):
        return None
    _, disk, first_disk, _, count, size, offset, comment = _END.unpack_from(view, at)
    trailing = len(view) - at - _END.size - comment
    if disk not in {0, _FULL16} or first_disk not in {0, _FULL16} or trailing < 0:
        return None
    before = at
    if (wide := _end64(view, at)) is not None:
        # Some writers add a ZIP64 record where none is needed; the plain fields count unless they are full.
        before, *wide_fields = wide
        narrow = zip((count, size, offset), (_FULL16, _FULL32, _FULL32), wide_fields, strict=True)
        count, size, offset = (wide_one if value == full else value for value, full, wide_one in narrow)
    starts = before - size
    if starts < 0 or (count and bytes(view[starts : starts + 4]) != _ENTRY_MARK) or (not count and size):
        return None
    if bytes(view[at + _END.size + comment :]).strip(b"\0\t\r\n ") == b"":
        trailing = 0
    return _End(starts, size, count, trailing, starts - offset)


def _end64(view: memoryview, at: int) -> tuple[int, int, int, int] | None:
    """Read the ZIP64 end record before the end record at `at`: its own offset, count, size and offset."""
    place = at - _END64_AT.size
    if place < 0 or bytes(view[place : place + 4]) != b"PK\x06\x07":
        return None
    _, _, offset, _ = _END64_AT.unpack_from(view, place)
    # With data before the archive the offset is too small; the record lies right before its locator.
    for start in (offset, place - _END64.size):
        if 0 <= start <= place - _END64.size and bytes(view[start : start + 4]) == b"PK\x06\x06":
            _, _, _, _, _, _, _, count, size, first = _END64.unpack_from(view, start)
            return start, count, size, first
    return None


def _entry(view: memoryview, at: int, shift: int) -> tuple[Entry, int] | None:
    """Read the entry at `at`; return it with the offset behind it."""
    fields = _ENTRY.unpack_from(view, at)
    mark, flags, method, crc, packed, size = fields[0], fields[3], fields[4], fields[7], fields[8], fields[9]
    name_size, extra_size, comment_size, offset = fields[10], fields[11], fields[12], fields[16]
    name_at = at + _ENTRY.size
    if mark != _ENTRY_MARK or name_at + name_size + extra_size + comment_size > len(view):
        return None
    raw_name = bytes(view[name_at : name_at + name_size])
    extra = dict(_extra(bytes(view[name_at + name_size : name_at + name_size + extra_size])))
    size, packed, offset = _widened(extra.get(_ZIP64, b""), size, packed, offset)
    names = _names(raw_name, flags, extra.get(_UNICODE_PATH, b""))
    mode = fields[15] >> 16 if fields[1] >> 8 in _UNIX else 0
    entry = Entry(raw_name, names, flags, method, crc, packed, size, offset + shift, mode)
    return entry, name_at + name_size + extra_size + comment_size


def _extra(block: bytes) -> list[tuple[int, bytes]]:
    fields = []
    at = 0
    while at + 4 <= len(block):
        kind, size = struct.unpack_from("<HH", block, at)
        fields.append((kind, block[at + 4 : at + 4 + size]))
        at += 4 + size
    return fields


def _widened(field: bytes, *values: int) -> tuple[int, ...]:
    """Replace 32-bit values that say "see ZIP64" by those of the extra field, in its order (section 4.5.3)."""
    at = 0
    widened = []
    for value in values:
        if value == _FULL32 and at + 8 <= len(field):
            widened.append(int.from_bytes(field[at : at + 8], "little"))
            at += 8
        else:
            widened.append(value)
    return tuple(widened)


def _names(raw: bytes, flags: int, unicode_path: bytes) -> tuple[str, ...]:
    """Return the name as its flag says and, where they differ, as others read it."""
    names = [_decoded(raw, is_utf8=bool(flags & 0x800))]
    if unicode_path[:1] == b"\1":
        names.append(_decoded(unicode_path[5:], is_utf8=True))
    if b"\0" in raw:
        names.append(_decoded(raw.partition(b"\0")[0], is_utf8=bool(flags & 0x800)))
    return tuple(dict.fromkeys(names))


def _decoded(raw: bytes, *, is_utf8: bool) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace") if is_utf8 else raw.decode("cp437")


@dataclass(frozen=True, slots=True)
class LocalHeader:
    """What stands before a member's data (section 4.3.7)."""

    raw_name: bytes
    names: tuple[str, ...]
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    data_at: int


def read_local(view: memoryview, entry: Entry) -> LocalHeader | None:
    """Read the local header of an entry; None where there is none."""
    at = entry.offset
    if at < 0 or at + _LOCAL.size > len(view):
        return None
    mark, _, flags, method, _, _, crc, packed, size, name_size, extra_size = _LOCAL.unpack_from(view, at)
    name_at = at + _LOCAL.size
    if mark != LOCAL_MARK:
        return None
    raw_name = bytes(view[name_at : name_at + name_size])
    extra = dict(_extra(bytes(view[name_at + name_size : name_at + name_size + extra_size])))
    size, packed = _widened(extra.get(_ZIP64, b""), size, packed)
    names = _names(raw_name, flags, extra.get(_UNICODE_PATH, b""))
    return LocalHeader(raw_name, names, flags, method, crc, packed, size, name_at + name_size + extra_size)
