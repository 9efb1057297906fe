"""Where a file ends by its own structure, so that what follows can be told from it.

Each function takes the whole file and returns the offset behind its last own byte, or None where the structure
breaks off before (a cut-off photo is still a photo). Linear, with one step for each block of the format.
"""

import re
from collections.abc import Callable, Mapping

_MOST_BLOCKS = 100_000
_IN_JPEG_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_JPEG_BARE = frozenset((0x01, *range(0xD0, 0xD9)))
_EBML_SEGMENT = 0x18538067
_EBML_TOP = frozenset((0x1A45DFA3, _EBML_SEGMENT, 0xEC, 0xBF))


def jpeg(view: memoryview) -> int | None:
    """Walk the markers (ITU T.81 B.1.1) to EOI; a thumbnail lies inside a marker segment and is stepped over."""
    at = 2
    for _ in range(_MOST_BLOCKS):
        if at + 4 > len(view):
            return at + 2 if bytes(view[at : at + 2]) == b"\xff\xd9" else None
        if view[at] != 0xFF:
            return None
        marker = view[at + 1]
        if marker == 0xD9:
            return at + 2
        if marker == 0xFF or marker in _JPEG_BARE:
            at += 1 if marker == 0xFF else 2
            continue
        at += 2 + int.from_bytes(view[at + 2 : at + 4], "big")
        if marker == 0xDA:
            found = _IN_JPEG_SCAN.search(view, at)
            if found is None:
                return None
            at = found.start()
    return None


def png(view: memoryview) -> int | None:
    """Walk the chunks (RFC 2083 section 3.2) to IEND."""
    at = 8
    for _ in range(_MOST_BLOCKS):
        if at + 12 > len(view):
            return None
        name = bytes(view[at + 4 : at + 8])
        at += 12 + int.from_bytes(view[at : at + 4], "big")
        if name == b"IEND":
            return at if at <= len(view) else None
    return None


def gif(view: memoryview) -> int | None:
    """Walk the blocks (GIF89a specification) to the trailer."""
    if len(view) < 13:
        return None
    at = 13 + _colours(view[10])
    for _ in range(_MOST_BLOCKS):
        introducer = bytes(view[at : at + 1])
        if introducer == b";":
            return at + 1
        if introducer == b"!":
            at += 2
        elif introducer == b"," and at + 10 <= len(view):
            at += 11 + _colours(view[at + 9])
        else:
            return None
        while at < len(view) and view[at]:
            at += 1 + view[at]
        at += 1
    return None


def riff(view: memoryview) -> int | None:
    """Step over RIFF chunks; a long AVI has several (OpenDML)."""
    at = 0
    for _ in range(_MOST_BLOCKS):
        if bytes(view[at : at + 4]) != b"RIFF" or at + 8 > len(view):
            return at if at <= len(view) else None
        size = int.from_bytes(view[at + 4 : at + 8], "little")
        at += 8 + size + size % 2
    return None


def iso_bmff(view: memoryview) -> int | None:
    """Step over top-level boxes (ISO/IEC 14496-12 section 4.2) as long as there are any."""
    at = 0
    for _ in range(_MOST_BLOCKS):
        size = int.from_bytes(view[at : at + 4], "big")
        if size == 0 and at + 8 <= len(view) and at:
            return len(view) if bytes(view[at + 4 : at + 8]) == b"mdat" else at
        if size == 1:
            size = int.from_bytes(view[at + 8 : at + 16], "big")
        if size < 8 or at + size > len(view) or not bytes(view[at + 4 : at + 8]).isalnum():
            return at
        at += size
        if at == len(view):
            return at
    return None


def ebml(view: memoryview) -> int | None:
    """Step over top-level elements (RFC 8794 section 4); a live stream's segment has no size and no end."""
    at = 0
    for _ in range(_MOST_BLOCKS):
        if at >= len(view):
            return at
        name, after = _ebml_number(view, at, keep_mark=True)
        size, content = _ebml_number(view, after, keep_mark=False)
        if name not in _EBML_TOP:
            return at
        if size < 0 or content + size > len(view):
            return None
        at = content + size
    return None


def bmp(view: memoryview) -> int | None:
    """Return the file size of the header; some writers leave it zero or wrong."""
    size = int.from_bytes(view[2:6], "little")
    return size if 26 <= size <= len(view) else None


End = Callable[[memoryview], int | None]

END_OF: Mapping[str, End] = {
    "image/jpeg": jpeg,
    "image/png": png,
    "image/gif": gif,
    "image/webp": riff,
    "image/bmp": bmp,
    "image/heic": iso_bmff,
    "image/heif": iso_bmff,
    "image/avif": iso_bmff,
    "video/mp4": iso_bmff,
    "video/quicktime": iso_bmff,
    "video/x-m4v": iso_bmff,
    "video/3gpp": iso_bmff,
    "video/3gpp2": iso_bmff,
    "audio/mp4": iso_bmff,
    "video/webm": ebml,
    "video/x-matroska": ebml,
    "video/x-msvideo": riff,
    "audio/wav": riff,
}


def _colours(flags: int) -> int:
    """Return the size of the colour table that the flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _ebml_number(view: memoryview, at: int, *, keep_mark: bool) -> tuple[int, int]:
    """Read a variable-size integer; -1 for an unknown size or a cut-off one."""
    if at >= len(view) or view[at] == 0:
        return -1, at + 1
    length = 9 - view[at].bit_length()
    value = int.from_bytes(view[at : at + length], "big")
    if keep_mark:
        return value, at + length
    value &= (1 << 7 * length) - 1
    return (-1 if value == (1 << 7 * length) - 1 else value), at + length
