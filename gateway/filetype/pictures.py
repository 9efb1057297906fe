"""PNG (RFC 2083) by its chunks, GIF by its blocks."""

import zlib

from gateway.filetype.structure import MOST_BLOCKS, Range, Structure

_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""Bit depths for each colour type (section 4.1.1)."""
_MOST_SMALL = 400_000
"""Pieces of one block; at most 255 bytes each."""
_DRAWN = frozenset((b"IHDR", b"PLTE", b"IDAT", b"IEND", b"fdAT", b"fcTL", b"acTL", b"tRNS"))


def png(view: memoryview) -> Structure | None:
    """Walk the chunks to IEND."""
    if bytes(view[12:16]) == b"IHDR" and not _is_header(view[8:29]):
        return None
    at, has_data = 8, False
    spare: list[Range] = []
    for _ in range(MOST_BLOCKS):
        if at + 12 > len(view):
            break
        name = bytes(view[at + 4 : at + 8])
        start, at = at + 8, at + 12 + int.from_bytes(view[at : at + 4], "big")
        if start == 16 and name not in {b"IHDR", b"CgBI"}:
            return None
        if name == b"IDAT" and not has_data:
            has_data = _is_packed(bytes(view[start : start + 64])) or bytes(view[12:16]) == b"CgBI"
            if not has_data:
                return None
        if name == b"IEND" and has_data:
            return Structure(at if at <= len(view) else None, tuple(spare))
        if name == b"IEND" or not name.isalpha():
            return None
        if name not in _DRAWN:
            spare.append((start, at - 4))
    return Structure(None, tuple(spare)) if has_data else None


def _is_header(chunk: memoryview) -> bool:
    """Tell whether the first chunk describes a picture."""
    is_sized = int.from_bytes(chunk[:4], "big") == 13 and any(chunk[8:12]) and any(chunk[12:16])
    return is_sized and chunk[16] in _DEPTHS.get(chunk[17], ()) and not chunk[18] and not chunk[19] and chunk[20] < 2


def _is_packed(data: bytes) -> bool:
    """Tell whether pixels begin here, which are a zlib stream (RFC 1950)."""
    try:
        zlib.decompressobj().decompress(data, 64)
    except zlib.error:
        return False
    return True


def gif(view: memoryview) -> Structure | None:
    """Walk the blocks (GIF89a specification) to the trailer."""
    if len(view) < 13:
        return None
    at, has_picture = 13 + _colours(view[10]), False
    spare: list[Range] = []
    for _ in range(MOST_BLOCKS):
        introducer, start = bytes(view[at : at + 1]), at
        if introducer == b";" and has_picture:
            return Structure(at + 1, tuple(spare))
        if introducer == b"!":
            at = _after_blocks(view, at + 2)
            spare.append((start + 2, at))
        elif introducer == b"," and at + 11 < len(view):
            at += 10 + _colours(view[at + 9])
            if at >= len(view) or not 1 < view[at] < 12:  # LZW minimum code size
                return None
            has_picture = True
            at = _after_blocks(view, at + 1)
        else:
            break
    return Structure(None, tuple(spare)) if has_picture else None


def _after_blocks(view: memoryview, at: int) -> int:
    for _ in range(_MOST_SMALL):
        if at >= len(view) or not view[at]:
            return at + 1
        at += 1 + view[at]
    return len(view)


def _colours(flags: int) -> int:
    """Return the size of the colour table that the flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0
