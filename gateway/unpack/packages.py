"""The stream Ole10Native: a file that was dropped into a document ([MS-OLEDS] 2.3.6 and the form of the Packager)."""

import struct
from typing import Final

from gateway.unpack.opener import Member, Unreadable

_SIZE = struct.Struct("<I")
_MOST_NAME: Final = 1024


def dropped_file(native: bytes) -> Member:
    """Give the file inside the stream, with the names that it was dropped under; data of other programs as it is."""
    if len(native) < _SIZE.size:
        raise Unreadable("an embedded object without data")
    (size,) = _SIZE.unpack_from(native)
    content = native[_SIZE.size : _SIZE.size + size]
    return packaged_file(content) or Member((), (content,))


def packaged_file(content: bytes) -> Member | None:
    """Read what the Packager writes: label, path, path of a copy, data, and the names again in Unicode."""
    label, at = _text(content, 2)
    path, at = _text(content, at)
    if content[:2] != b"\2\0" or not at or content[at + 2 : at + 4] not in {b"\3\0", b"\0\0", b"\1\0"}:
        return None
    copy, at = _counted(content, at + 4, width=1)
    data, at = _counted(content, at, width=1)
    if at < 0:
        raise Unreadable("an embedded file that ends early")
    names = [label, path, copy.rstrip(b"\0")]
    wide = []
    for _ in range(3):
        text, at = _counted(content, at, width=2) if at >= 0 else (b"", -1)
        wide.append(text.decode("utf-16-le", "replace"))
    shown = (*wide, *(name.decode("latin-1") for name in names))
    return Member(tuple(dict.fromkeys(_last(name) for name in shown if _last(name))), (data,))


def _text(content: bytes, at: int) -> tuple[bytes, int]:
    """Read a text that ends with a zero; 0 instead of the offset behind it where there is none."""
    end = content.find(b"\0", at, at + _MOST_NAME)
    return (content[at:end], end + 1) if at and end >= 0 else (b"", 0)


def _counted(content: bytes, at: int, *, width: int) -> tuple[bytes, int]:
    """Read a count and so many characters; -1 instead of the offset behind them where they are missing."""
    if at < 0 or at + _SIZE.size > len(content):
        return b"", -1
    (count,) = _SIZE.unpack_from(content, at)
    end = at + _SIZE.size + count * width
    return (content[at + _SIZE.size : end], end) if end <= len(content) else (b"", -1)


def _last(path: str) -> str:
    """Return the name in a path."""
    return path.replace("/", "\\").rpartition("\\")[2].strip("\0")
