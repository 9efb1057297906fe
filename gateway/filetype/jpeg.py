"""JPEG by its markers (ITU T.81 annex B): frame, scans, end, and the segments for applications and comments."""

import re

from gateway.filetype.structure import MOST_BLOCKS, Range, Structure

_IN_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_BARE = frozenset((0x01, *range(0xD0, 0xD9)))
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_FREE = frozenset((*range(0xE0, 0xF0), 0xFE))
_EOI, _SOS = 0xD9, 0xDA
_TEXT = bytes((*b"\t\n\r", *range(0x20, 0x7F)))
_LOOK = 256
_SIZE, _TILE = b"\xff\x51", b"\xff\x90"


def jpeg(view: memoryview) -> Structure | None:
    """Walk to EOI; a thumbnail lies inside a segment and is stepped over."""
    at, has_frame, is_shown = 2, False, False
    spare: list[Range] = []
    for _ in range(MOST_BLOCKS):
        if at + 4 > len(view) or view[at] != 0xFF:
            break
        marker = view[at + 1]
        if marker == _EOI:
            return Structure(at + 2, tuple(spare)) if is_shown else None
        if marker == 0xFF or marker in _BARE:
            at += 1 if marker == 0xFF else 2
            continue
        start, at = at + 4, at + 2 + int.from_bytes(view[at + 2 : at + 4], "big")
        if marker in _FREE:
            spare.append((start, at))
        has_frame = has_frame or (marker in _FRAMES and _is_frame(view[start:at]))
        if marker == _SOS:
            if not (has_frame and _is_scan(view[start:at], bytes(view[at : at + _LOOK]))):
                return None
            is_shown = True
            if (found := _IN_SCAN.search(view, at)) is None:
                break
            at = found.start()
    if not is_shown:
        return None
    return Structure(at + 2 if bytes(view[at:]) == b"\xff\xd9" else None, tuple(spare))


def _is_frame(content: memoryview) -> bool:
    """Tell whether a frame header (B.2.2) has a width and as many components as it says."""
    return len(content) >= 9 and len(content) == 6 + 3 * content[5] and (content[3] | content[4]) > 0


def _is_scan(header: memoryview, data: bytes) -> bool:
    """Tell whether a scan header (B.2.3) is whole, and coded data follows rather than a text."""
    is_text = len(data) == _LOOK and not data.translate(None, _TEXT)
    return len(header) >= 6 and len(header) == 4 + 2 * header[0] and not is_text


def codestream(view: memoryview) -> Structure | None:
    """Walk the main header of a bare JPEG 2000 codestream (ITU T.800 annex A) to its first tile."""
    at, has_size = 2, False
    for _ in range(MOST_BLOCKS):
        marker = bytes(view[at : at + 2])
        if at + 4 > len(view) or marker[0] != 0xFF:
            return None
        if marker == _TILE:
            return Structure(None) if has_size else None
        has_size = has_size or marker == _SIZE
        at += 2 + int.from_bytes(view[at + 2 : at + 4], "big")
    return None
