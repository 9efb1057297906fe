"""Foreign data in and behind a file: a second file that another reader would find in the same bytes.

A phone's photo may honestly be followed by a second picture (MPO), a maker's trailer or a short video; such data
has no mark of an archive, a program, a page or a script, and stays unmentioned.
"""

import re
from collections.abc import Iterator

from gateway.filetype import binary
from gateway.filetype.ends import END_OF
from gateway.filetype.identified import Note
from gateway.filetype.zipdir import has_directory_at_end
from gateway.model.finding import FindingKind

_MARKS = tuple(
    re.compile(mark, re.DOTALL)  # one by one: each begins with a literal, which is what makes a search fast
    for mark in (
        rb"PK\x03\x04[\x0a-\x3f]\0.[\0-\x0f][\0\x01\x08\x09\x0c\x0e\x63]\0",
        rb"Rar!\x1a\x07[\0\x01]",
        rb"7z\xbc\xaf\x27\x1c\0",
        rb"MSCF\0{4}.{4}\0{4}",
        rb"\x7fELF[\x01\x02][\x01\x02]\x01",
        rb"MZ.{58}..\0\0.{0,512}?PE\0\0",
        rb"This program (?:cannot be|must be) run ",
        rb"<(?:(?i:html|script|hta:application|job)[\s>]|(?i:!doctype html|\?php\s))",
        rb"%PDF-1\.[0-7]\s",
        rb"L\0\0\0\x01\x14\x02\0{5}\xc0",
    )
)
_AT_ONCE = re.compile(rb"MZ|PK\x03\x04|\x1f\x8b\x08|#![ /]|Rar!|7z\xbc\xaf|\x7fELF|%PDF-|\xd0\xcf\x11\xe0")
"""Enough where it stands right behind the end, where chance puts nothing."""

_PAGE = re.compile(rb"<(?i:(?:script|html)[\s>]|\?php\s)")
"""Honest comments and descriptions (Exif, XMP) hold none of these."""
_PDF = re.compile(rb"%PDF-\d")
_HEAD = 64 * 1024
_PDF_WINDOW = 1024
"""PDF readers look for the mark in the first 1,024 bytes."""
_CLOSED = frozenset(("image/png", "image/gif"))
"""Nothing honest follows these."""
_ROOM = 32
"""Bytes of stray data that no reader makes anything of."""
_BLANK = b"\0\t\n\r \xff"


def foreign_data(view: memoryview, media_type: str) -> Iterator[Note]:
    """Find what makes the file a second one beside `media_type` (images, sounds, videos)."""
    is_image = media_type.startswith("image/")
    page = _PAGE.search(view) if is_image else _PAGE.search(view, 0, _HEAD)
    if found := page or _PDF.search(view, 0, _PDF_WINDOW):
        yield Note(FindingKind.POLYGLOT, shown(found[0]))
    ends = END_OF.get(media_type)
    end = ends(view) if ends else None
    if end is not None:
        yield from _trailing(view, end, closed=media_type in _CLOSED)
    elif found := mark_behind(view, 1):  # no end is known, or the file breaks off before: any mark counts
        yield Note(FindingKind.POLYGLOT, shown(found[0]))


def second_types(view: memoryview, media_type: str) -> Iterator[Note]:
    """Find types that show themselves elsewhere than at the start, whatever `media_type` is."""
    if media_type != "application/zip" and has_directory_at_end(view):
        yield Note(FindingKind.POLYGLOT, "application/zip")
    placed = binary.by_place(view)
    if placed and placed != media_type:
        yield Note(FindingKind.POLYGLOT, placed)


def _trailing(view: memoryview, end: int, *, closed: bool) -> Iterator[Note]:
    """Find foreign data behind `end`; `closed` says that any data there is foreign."""
    if len(view) - end <= 4:
        return
    start = bytes(view[end : end + _HEAD]).lstrip(_BLANK)
    found = _AT_ONCE.match(start) or mark_behind(view, end)
    if found:
        yield Note(FindingKind.TRAILING_DATA, shown(found[0]))
    elif closed and _substance(view, end) > _ROOM:
        yield Note(FindingKind.TRAILING_DATA, f"{len(view) - end} bytes")


def mark_behind(view: memoryview, end: int) -> re.Match[bytes] | None:
    """Find the mark of an archive, a program, a page or a script anywhere behind `end`."""
    return next((found for mark in _MARKS if (found := mark.search(view, end))), None)


def _substance(view: memoryview, end: int) -> int:
    """Count the bytes behind `end` that are not blank."""
    return len(bytes(view[end:]).translate(None, _BLANK))


def shown(mark: bytes) -> str:
    """Write a mark so that a person can read it."""
    return mark[:16].decode("ascii", "backslashreplace")
