"""RIFF files by their chunks: WebP, AVI (also of several RIFFs, OpenDML), WAVE."""

from collections.abc import Iterator

from gateway.filetype.structure import Range, Structure

_MOST_RIFFS = 64
"""Of an OpenDML file, about a gigabyte each."""
_MOST_CHUNKS = 10_000
_KEY_FRAME = b"\x9d\x01\x2a"
_MEDIA = frozenset((b"VP8 ", b"VP8L", b"ALPH", b"ANMF", b"data", b"LIST:movi", b"idx1", b"ICCP"))


def riff(view: memoryview) -> Structure | None:
    """Step over the chunks of one RIFF, and over the RIFFs of a long AVI."""
    at, is_cut, names = 0, False, set[bytes]()
    spare: list[Range] = []
    for _ in range(_MOST_RIFFS):
        if bytes(view[at : at + 4]) != b"RIFF" or at + 12 > len(view):
            break
        size = int.from_bytes(view[at + 4 : at + 8], "little")
        stop = at + 8 + size + size % 2
        # QUIRK: some writers leave the last padding byte out, and a recorder that lost power the size.
        is_cut = stop > len(view) + 1 or not size
        stop = min(stop, len(view)) if size else len(view)
        for name, start, end in _chunks(view, at + 12, stop):
            names.add(name)
            if not _is_sound(view, name, start):
                return None
            if name not in _MEDIA:
                spare.append((start, min(end, len(view))))
        at = stop
    if not at or not _is_complete(bytes(view[8:12]), names):
        return None
    return Structure(None if is_cut else at, tuple(spare))


def _chunks(view: memoryview, at: int, stop: int) -> Iterator[tuple[bytes, int, int]]:
    for _ in range(_MOST_CHUNKS):
        if at + 8 > stop:
            return
        name, size = bytes(view[at : at + 4]), int.from_bytes(view[at + 4 : at + 8], "little")
        if name == b"LIST":
            name += b":" + bytes(view[at + 8 : at + 12])
        yield name, at + 8, at + 8 + size
        at += 8 + size + size % 2


def _is_sound(view: memoryview, name: bytes, start: int) -> bool:
    """Tell whether a WebP picture begins as one (RFC 6386 section 9.1, RFC 9649 section 3.4)."""
    if name == b"VP8 ":
        return bytes(view[start + 3 : start + 6]) == _KEY_FRAME
    return name != b"VP8L" or bytes(view[start : start + 1]) == b"\x2f"


def _is_complete(form: bytes, names: set[bytes]) -> bool:
    match form:
        case b"WEBP":
            return bool(names & {b"VP8 ", b"VP8L", b"ANMF"})
        case b"AVI ":
            return {b"LIST:hdrl", b"LIST:movi"} <= names
        case b"WAVE":
            return {b"fmt ", b"data"} <= names
        case _:
            return True
