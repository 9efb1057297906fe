"""What phones and cameras honestly put behind a photo: more pictures (MPO, gain maps), a short film, maker's data.

Pictures and films are walked like any other; a maker's data is known by its own mark. All of it is still searched
for the marks of foreign files by the caller.
"""

import re

from gateway.filetype.boxes import boxes
from gateway.filetype.jpeg import jpeg
from gateway.filetype.structure import MOST_BLOCKS

_BLANKS = re.compile(rb"[\0\t\n\r \xff]*?(?=\xff\xd8\xff|\0\0\0[\x10-\x40]ftyp)|[\0\t\n\r \xff]*+")
_FILM = re.compile(rb"\0\0\0[\x10-\x40]ftyp")
_FROM_START = re.compile(rb"CANON OPTIONAL DATA\0|~[\x10\x18].\xfe?0MIE|vivo\{|streamdata|QDIOBS", re.DOTALL)
"""Canon, MIE, vivo, Samsung."""
_AT_END = re.compile(
    rb"SEFH.{4,8192}SEFT|AXS[!*].{8}|cbipcbbl|\xa1\xb2\xc3\xd4|8db42d694ccc418790edff439fe026bf|jxrs.{4}", re.DOTALL
)
"""Samsung, AFCP, Photo Mechanic, FotoStation, Insta360, OnePlus."""
_TAIL = 16 * 1024


def after_followers(view: memoryview, at: int) -> int:
    """Return the offset behind what honestly follows a photo that ends at `at`."""
    for _ in range(MOST_BLOCKS):
        blanks = _BLANKS.match(view, at)
        at = blanks.end() if blanks else at
        if bytes(view[at : at + 3]) == b"\xff\xd8\xff":
            found = jpeg(view[at:])
        elif _FILM.match(view, at):
            found = boxes(view[at:])
        elif at < len(view) and is_makers(view, at):
            return len(view)
        else:
            return at
        if found is None:
            return at
        if found.end is None:
            return len(view)
        at += found.end
    return at


def is_makers(view: memoryview, at: int) -> bool:
    """Tell whether the data from `at` on is a maker's own, by the mark at its start or end."""
    if _FROM_START.match(view, at):
        return True
    tail = bytes(view[max(at, len(view) - _TAIL) :]).rstrip(b"\0\r\n")
    return any(found.end() == len(tail) for found in _AT_END.finditer(tail))
