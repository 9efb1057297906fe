"""Films as streams of packets: MPEG program and transport streams, ASF, Flash video, Ogg."""

import re

from gateway.filetype.structure import MOST_BLOCKS, Structure

_PACK, _END, _SEQUENCE = 0xBA, 0xB9, 0xB3
_PICTURE = re.compile(rb"\0\0\x01[\0\xb8]")
_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")
_FLV_TAGS = frozenset((8, 9, 18))
_ZEROS = re.compile(rb"\0*+")
_LOOK = 1024 * 1024


def mpeg(view: memoryview) -> Structure | None:
    """Walk the packets of a program stream (ISO/IEC 13818-1 section 2.5); a bare video stream has no end."""
    if view[3] == _SEQUENCE:
        return Structure(None) if _PICTURE.search(view, 12, _LOOK) and len(view) > 32 else None
    at, packets = 0, 0
    for _ in range(MOST_BLOCKS):
        if bytes(view[at : at + 3]) != b"\0\0\1" or at + 4 > len(view):
            break
        code = view[at + 3]
        if code == _PACK:
            is_second = at + 13 < len(view) and view[at + 4] >> 6 == 1
            at += 14 + (view[at + 13] & 7) if is_second else 12
        elif code == _END:
            at += 4
        elif code > _END:
            at += 6 + int.from_bytes(view[at + 4 : at + 6], "big")
            packets += 1
        else:
            break
        # QUIRK: some recorders pad with zeros between packs.
        at = _after_zeros(view, at)
    if packets < 2:
        return None
    return Structure(at if at <= len(view) else None)


def _after_zeros(view: memoryview, at: int) -> int:
    if bytes(view[at : at + 4]) != b"\0\0\0\0":
        return at
    found = _ZEROS.match(view, at)
    stop = found.end() if found else at
    return stop - 2 if bytes(view[stop : stop + 1]) == b"\1" else stop


def transport(view: memoryview) -> Structure | None:
    """Find where the sync bytes lose their rhythm (ISO/IEC 13818-1 section 2.4.3.2)."""
    for first, step in ((0, 188), (4, 192)):
        beat = bytes(view[first::step])
        if beat[:5] == b"GGGGG":
            kept = len(beat) - len(beat.lstrip(b"G"))
            end = kept * step
            return Structure(end if end <= len(view) else None)
    return None


def asf(view: memoryview) -> Structure | None:
    """Step over the top-level objects: header, data, indexes."""
    at, names = 0, set[bytes]()
    for _ in range(MOST_BLOCKS):
        name, size = bytes(view[at : at + 16]), int.from_bytes(view[at + 16 : at + 24], "little")
        if size < 24 or at + 24 > len(view):
            break
        if at + size > len(view) and name != _ASF_DATA:
            break
        names.add(name)
        if at + size > len(view):
            return Structure(None) if _ASF_HEADER in names else None
        at += size
    return Structure(at) if names >= {_ASF_HEADER, _ASF_DATA} else None


def flv(view: memoryview) -> Structure | None:
    """Walk the tags (Adobe Flash Video File Format annex E)."""
    at, tags = int.from_bytes(view[5:9], "big") + 4, 0
    for _ in range(MOST_BLOCKS):
        if at + 11 > len(view) or view[at] & 0x1F not in _FLV_TAGS:
            break
        at += 15 + int.from_bytes(view[at + 1 : at + 4], "big")
        tags += 1
    if tags < 2:
        return None
    return Structure(at if at <= len(view) and tags < MOST_BLOCKS else None)


def ogg(view: memoryview) -> Structure | None:
    """Walk the pages (RFC 3533 section 6)."""
    at, pages = 0, 0
    for _ in range(MOST_BLOCKS):
        if bytes(view[at : at + 5]) != b"OggS\0" or at + 27 > len(view):
            break
        table = bytes(view[at + 27 : at + 27 + view[at + 26]])
        at += 27 + len(table) + sum(table)
        pages += 1
    if pages < 2:
        return None
    return Structure(at if at <= len(view) and pages < MOST_BLOCKS else None)
