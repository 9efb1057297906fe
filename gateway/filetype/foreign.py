"""Foreign data in and behind a file: a second file that another reader would find in the same bytes.

A phone's photo may honestly be followed by more pictures, a short film or a maker's own data; what else follows
must be too little to be anything.
"""

import re
from collections.abc import Iterator

from gateway.filetype import binary
from gateway.filetype.followers import after_followers, is_makers
from gateway.filetype.identified import Note
from gateway.filetype.marks import ANYWHERE, mark_behind, shown
from gateway.filetype.structure import Structure
from gateway.filetype.zipdir import has_directory_at_end
from gateway.model.finding import FindingKind

_AT_ONCE = re.compile(
    rb"MZ|PK[\x03\x05\x07]|\x1f\x8b\x08|#![ /]|Rar!|7z\xbc\xaf|\x7fELF|%PDF-|\xd0\xcf\x11\xe0|\*/|--\s|<"
)
"""Enough where it stands right behind the end, where chance puts nothing."""
_AS_SCRIPT = re.compile(
    rb"(?:GIF8[79]a|BM|RIFF|\xff\xd8\xff\xe0)(?:/[*/]|=[\t\n\r -~])|\xff\xd8\xff[\xe0-\xef\xfe].{2}/\*", re.DOTALL
)
"""A picture whose first size reads as the start of a comment or a value, so that the whole is a script too."""
_AS_COMMENT = re.compile(rb"\xff\xd8\xff[\xe1-\xef\xfe]/\*")
"""Likewise, but a photo in sixty thousand has an Exif block of that size; such a comment must end somewhere too."""
_CALL = re.compile(rb"\*/|[(`]|=\s{0,8}\w")
_PDF = re.compile(rb"%PDF-\d")
_PDF_WINDOW = 1024
"""PDF readers look for the mark in the first 1,024 bytes."""
_HEAD = 512 * 1024
"""Self-extracting archives and pages are looked for near the start."""
_BEHIND = 256 * 1024
_WITH_FOLLOWERS = frozenset(("image/jpeg", "image/heic", "image/heif"))
_WORDS, _STRAY, _ROOM = 16, 32, 4096
_ROOM_OF = {"image/png": _STRAY, "image/gif": _STRAY, "image/tiff": _BEHIND}
"""Bytes of stray data behind a file that no reader makes anything of. Nothing honest follows PNG and GIF; raw
pictures of cameras (TIFF) have pieces that only their maker's fields tell of."""
_BLANK = b"\0\t\n\r \xff"
_TEXT = bytes((*b"\t\n\r", *range(0x20, 0x7F)))
_HARMLESS_INSIDE = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n|\0\x01\0\0\0|OTTO|ttcf|true|wOF[F2]")
"""Cover pictures and the fonts of subtitles."""

_CONTAINERS = frozenset(
    f"application/{name}"
    for name in (
        "zip", "x-tar", "gzip", "x-bzip2", "x-xz", "x-lzma", "zstd", "x-lz4", "x-lzip", "x-7z-compressed", "vnd.rar",
        "vnd.ms-cab-compressed", "x-lha", "x-archive", "vnd.debian.binary-package", "x-cpio", "x-iso9660-image",
    )
)  # fmt: skip
"""Their last member may be a ZIP, stored as it is; what stands behind their end is for their openers to tell."""


def foreign_data(view: memoryview, media_type: str, structure: Structure) -> Iterator[Note]:
    """Find what makes the file a second one beside `media_type` (images, sounds, videos)."""
    if found := _PDF.search(view, 0, _PDF_WINDOW) or _as_script(view, structure):
        yield Note(FindingKind.POLYGLOT, shown(found[0]))
    yield from _inside(view, structure)
    if structure.end is not None:
        yield from _behind(view, structure.end, media_type)
    elif not media_type.startswith("audio/") and not bytes(view[-_WORDS:]).translate(None, _TEXT):
        yield Note(FindingKind.TRAILING_DATA, "text at the end")


def second_types(view: memoryview, media_type: str) -> Iterator[Note]:
    """Find types that show themselves elsewhere than at the start, whatever `media_type` is."""
    if media_type not in _CONTAINERS and has_directory_at_end(view):
        yield Note(FindingKind.POLYGLOT, "application/zip")
    placed = binary.by_place(view)
    if placed and placed != media_type:
        yield Note(FindingKind.POLYGLOT, placed)


def _as_script(view: memoryview, structure: Structure) -> re.Match[bytes] | None:
    """Match the start of a picture that a browser runs as a script."""
    if (found := _AS_COMMENT.match(view)) and b"*/" in _spare(view, structure):
        return found
    return _AS_SCRIPT.match(view)


def _spare(view: memoryview, structure: Structure) -> bytes:
    return b"\0".join(view[start:stop] for start, stop in structure.spare)


def _inside(view: memoryview, structure: Structure) -> Iterator[Note]:
    """Find foreign data where no picture or sound lies, and what stands out anywhere near the start."""
    found = mark_behind(_spare(view, structure), 0)
    if structure.end is not None:
        found = found or mark_behind(view, 1, min(_HEAD, structure.end), ANYWHERE)
    else:
        found = found or mark_behind(view, 1, _HEAD) or mark_behind(view, max(1, len(view) - _BEHIND))
    if found:
        yield Note(FindingKind.POLYGLOT, shown(found[0]))
    for start, stop in structure.enclosed:
        if not _HARMLESS_INSIDE.match(view, start, stop):
            yield Note(FindingKind.POLYGLOT, f"enclosed file {shown(bytes(view[start : start + 8]))}")


def _behind(view: memoryview, end: int, media_type: str) -> Iterator[Note]:
    """Find foreign data behind the end."""
    if len(view) - end <= 4:
        return
    if found := mark_behind(view, end, end + _BEHIND) or mark_behind(view, max(end, len(view) - _BEHIND)):
        yield Note(FindingKind.TRAILING_DATA, shown(found[0]))
        return
    at = after_followers(view, end) if media_type in _WITH_FOLLOWERS else end
    left = bytes(view[at : at + _BEHIND]).lstrip(_BLANK)
    if not left or is_makers(view, at):
        return
    if _AT_ONCE.match(left) or binary.by_start(left) or _is_too_much(left, _ROOM_OF.get(media_type, _ROOM)):
        yield Note(FindingKind.TRAILING_DATA, f"{len(view) - at} bytes")


def _is_too_much(left: bytes, room: int) -> bool:
    """Tell whether stray data could be something: by its size, or as the text of a program."""
    substance = len(left.translate(None, _BLANK))
    if not left.translate(None, _TEXT) and (substance > _STRAY or _CALL.search(left)):
        return True
    return substance > room
