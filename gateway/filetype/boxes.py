"""Files of boxes (ISO/IEC 14496-12 and kin): MP4, QuickTime, 3GP, HEIF, AVIF, JPEG 2000, JPEG XL."""

from collections.abc import Iterator

from gateway.filetype.structure import MOST_BLOCKS, Structure

_MEDIA = frozenset((b"mdat", b"jp2c", b"jxlc", b"jxlp"))
"""What pictures and sounds are made of."""
_ENDLESS = frozenset((b"mdat", b"jp2c", b"jxlc", b"free", b"skip"))
"""Boxes that may run to the end of the file, or that a copy may break off in."""
_CODESTREAMS = frozenset((b"jp2c", b"jxlc", b"jxlp"))
_MOST_NESTED = 1000


def boxes(view: memoryview) -> Structure | None:
    """Step over the boxes as long as there are any."""
    found = list(_boxes(view, 0, len(view), MOST_BLOCKS))
    names = {name for name, _, _ in found}
    if not (names & _CODESTREAMS or any(_is_vital(view, *box, names) for box in found)):
        return None
    end = max((stop for _, _, stop in found), default=0)
    is_cut = end > len(view) or len(found) == MOST_BLOCKS
    spare = tuple((start, min(stop, len(view))) for name, start, stop in found if name not in _MEDIA)
    return Structure(None if is_cut else end, spare)


def _is_vital(view: memoryview, name: bytes, start: int, stop: int, around: set[bytes]) -> bool:
    """Tell whether a box describes tracks or pictures whose data lies in the file."""
    if name == b"moov":
        inner = {child for child, _, _ in _boxes(view, start, stop, _MOST_NESTED)}
        return bool(inner & {b"trak", b"cmov"}) and bool(around & {b"mdat", b"moof"})
    if name == b"meta":
        inner = {child for child, _, _ in _boxes(view, start + 4, stop, _MOST_NESTED)}
        return {b"hdlr", b"iloc"} <= inner and bool({b"mdat"} & around or b"idat" in inner)
    return False


def _boxes(view: memoryview, at: int, stop: int, most: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, start and end of the content of each box; one that is cut off ends behind the file."""
    for _ in range(most):
        name = bytes(view[at + 4 : at + 8])
        size, start = int.from_bytes(view[at : at + 4], "big"), at + 8
        if size == 1:
            size, start = int.from_bytes(view[at + 8 : at + 16], "big"), at + 16
        elif size == 0 and at and name in _ENDLESS:
            size = stop - at
        if start > stop or size < start - at or not _is_name(name):
            return
        if at + size > stop and name not in _ENDLESS:
            return
        yield name, start, at + size
        at += size
        if at >= stop:
            return


def _is_name(name: bytes) -> bool:
    return name.replace(b"\xa9", b"c").replace(b" ", b"_").replace(b"-", b"_").replace(b"_", b"").isalnum()
