"""What a Macintosh packs beside the files of an archive: the other half of each (AppleDouble), and how folders look.

Such a file is no file to the sender: it describes one that stands before it under its own name, and is judged there.
Only a small one, whole by its structure, counts as that.
"""

import struct
from collections.abc import Collection

_APPLE_DOUBLE = struct.Struct(">II16xH")
_ENTRY = struct.Struct(">III")
_MAGIC, _VERSION = 0x00051607, 0x00020000
_MOST_ENTRIES, _MOST_ID = 16, 15
_MOST_SIZE = 64 * 1024
_FOLDER_SETTINGS = b"\0\0\0\1Bud1"


def is_companion(name: str, content: memoryview, beside: Collection[str]) -> bool:
    """Tell whether a member only describes one of those that stand `beside` it, or their folder."""
    last = name.rpartition("/")[2]
    if len(content) > _MOST_SIZE:
        return False
    if last == ".DS_Store":
        return bytes(content[:8]) == _FOLDER_SETTINGS
    return last.startswith("._") and last[2:] in beside and _is_apple_double(content)


def _is_apple_double(content: memoryview) -> bool:
    """Check the header and its entries (RFC 1740 appendix B): all known, and nothing but zeros behind them."""
    if len(content) < _APPLE_DOUBLE.size:
        return False
    magic, version, count = _APPLE_DOUBLE.unpack_from(content)
    if (magic, version) != (_MAGIC, _VERSION) or count > _MOST_ENTRIES:
        return False
    at, end = _APPLE_DOUBLE.size, 0
    for _ in range(count):
        if at + _ENTRY.size > len(content):
            return False
        kind, start, size = _ENTRY.unpack_from(content, at)
        if not 0 < kind <= _MOST_ID:
            return False
        at, end = at + _ENTRY.size, max(end, start + size)
    return end <= len(content) and not bytes(content[max(at, end) :]).strip(b"\0")
