"""Windows bitmaps and icons: headers, the pixels that they announce, and what lies between."""

import struct

from gateway.filetype.structure import Range, Structure

_HEADERS = frozenset((12, 16, 40, 52, 56, 64, 108, 124))
_DEPTHS = frozenset((1, 2, 4, 8, 16, 24, 32))
_UNPACKED = frozenset((0, 3, 6))
_ENTRY = struct.Struct("<BBBBHHII")
_PNG = b"\x89PNG\r\n\x1a\n"
_SLACK = 4


def bmp(view: memoryview) -> Structure | None:
    """Find where the pixels end; a colour profile (BITMAPV5HEADER) may follow them."""
    if len(view) < 26:
        return None
    start, header = struct.unpack_from("<II", view, 10)
    if header not in _HEADERS or not 14 + header <= start <= len(view) or 14 + header > len(view):
        return None
    size = _pixels(view, header)
    if size is None or start + size > len(view) + _SLACK:
        return None
    end = min(start + size, len(view))
    if header == 124:
        profile, length = struct.unpack_from("<II", view, 14 + 112)
        end = max(end, 14 + profile + length) if length and 14 + profile + length <= len(view) else end
    announced = int.from_bytes(view[2:6], "little")
    # QUIRK: some writers pad the end, and say so in the size.
    end = announced if end < announced <= min(end + _SLACK, len(view)) else end
    return Structure(end, ((14 + header, start),))


def _pixels(view: memoryview, header: int) -> int | None:
    """Return how many bytes the pixels take; None for a header that describes none."""
    if header == 12:
        width, height, planes, depth = struct.unpack_from("<HHHH", view, 18)
        packing = stored = 0
    else:
        width, height, planes, depth = struct.unpack_from("<iiHH", view, 18)
        packing, stored = struct.unpack_from("<II", view, 30) if header >= 40 else (0, 0)
    if planes != 1 or depth not in _DEPTHS or width <= 0 or not height:
        return None
    if packing not in _UNPACKED:
        return int(stored) if stored and packing in {1, 2} and depth in {4, 8} else None
    return (int(width) * int(depth) + 31) // 32 * 4 * abs(int(height))


def icon(view: memoryview) -> Structure | None:
    """Find the pictures of an icon or cursor, each a PNG or a bitmap without its file header."""
    count = int.from_bytes(view[4:6], "little")
    start = 6 + count * _ENTRY.size
    if not count or start > len(view):
        return None
    pictures: list[Range] = []
    for number in range(count):
        *_, size, at = _ENTRY.unpack_from(view, 6 + number * _ENTRY.size)
        if at < start or size < 40 or at + size > len(view) or not _is_picture(bytes(view[at : at + 16])):
            return None
        pictures.append((at, at + size))
    pictures.sort()
    return Structure(max(end for _, end in pictures), tuple(_gaps(start, pictures)))


def _is_picture(head: bytes) -> bool:
    return head.startswith(_PNG) or (head[:4] == b"\x28\0\0\0" and head[12:14] == b"\1\0")


def _gaps(at: int, pictures: list[Range]) -> list[Range]:
    gaps = []
    for start, end in pictures:
        if start > at:
            gaps.append((at, start))
        at = max(at, end)
    return gaps
