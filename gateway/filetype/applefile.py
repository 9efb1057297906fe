"""AppleDouble (RFC 1740 appendix B): what a Macintosh keeps about a file beside it, such as its window's place."""

import struct

from gateway.filetype.structure import Structure

_ENTRY = struct.Struct(">III")
_DATA_FORK = 1
_MOST_ENTRIES = 16


def appledouble(view: memoryview) -> Structure | None:
    """Read the list of entries; the file itself is never one of them. All of it counts as spare."""
    if len(view) < 26 or bytes(view[4:8]) != b"\0\2\0\0":
        return None
    count = int.from_bytes(view[24:26], "big")
    end = 26 + count * _ENTRY.size
    if count > _MOST_ENTRIES or end > len(view):
        return None
    for number in range(count):
        kind, start, size = _ENTRY.unpack_from(view, 26 + number * _ENTRY.size)
        if kind == _DATA_FORK or start + size > len(view):
            return None
        end = max(end, start + size)
    return Structure(end, ((26, end),))
