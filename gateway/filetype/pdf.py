"""What a PDF holds beside pages (ISO 32000-1): data around it, scripts, launch actions, embedded files.

Sees what stands in plain objects; names may be written with #xx escapes (7.3.5). Objects inside compressed
object streams are not opened here.
"""

import re
from collections.abc import Iterator

from gateway.filetype import binary
from gateway.filetype.foreign import mark_behind, shown
from gateway.filetype.identified import Note
from gateway.filetype.text import is_text
from gateway.model.finding import FindingKind

_MARK = re.compile(rb"%PDF-\d")
_WINDOW = 1024
_END = b"%%EOF"
_TAIL = 16 * 1024 * 1024
"""Where the end mark is looked for."""
_ACTIVE_NAMES = (b"JavaScript", b"Launch", b"EmbeddedFile", b"RichMedia")
_ROOM = 1024
"""Readers look for the end mark in the last 1,024 bytes, so that much stray data is common."""


def _spelled(name: bytes) -> re.Pattern[bytes]:
    """Match a name with any of its letters written as #xx."""
    letters = (b"(?:%c|#%X%s)" % (letter, letter >> 4, _hex_digit(letter & 15)) for letter in name)
    return re.compile(b"/" + b"".join(letters))


def _hex_digit(value: int) -> bytes:
    return b"%X" % value if value < 10 else b"[%X%x]" % (value, value)


_ACTIVE = {name.decode("ascii"): _spelled(name) for name in _ACTIVE_NAMES}


def starts_pdf(head: bytes) -> int:
    """Return where a PDF reader would see a PDF begin; -1 for nowhere."""
    found = _MARK.search(head, 0, _WINDOW)
    return found.start() if found else -1


def pdf_notes(view: memoryview) -> Iterator[Note]:
    """Find data around the PDF, and what is active in it."""
    start = starts_pdf(bytes(view[:_WINDOW]))
    if start > 0 and (before := _before(view[:start])):
        yield Note(FindingKind.POLYGLOT, before)
    yield from _behind(view)
    for name, pattern in _ACTIVE.items():
        if pattern.search(view):
            yield Note(FindingKind.ACTIVE_CONTENT, name)


def _before(view: memoryview) -> str:
    """Name the file that begins before the PDF; stray blanks and protocol lines are none."""
    if found := mark_behind(view, 0):
        return shown(found[0])
    return binary.by_start(bytes(view)) if not is_text(view) else ""


def _behind(view: memoryview) -> Iterator[Note]:
    base = max(0, len(view) - _TAIL)
    last = bytes(view[base:]).rfind(_END)
    if last < 0 and not base:
        return  # cut off, or never ended; readers cope with that
    end = base + last + len(_END) if last >= 0 else base
    if found := mark_behind(view, end):
        yield Note(FindingKind.POLYGLOT, shown(found[0]))
    elif len(bytes(view[end:]).strip(b"\0\t\r\n \x1a")) > _ROOM:
        yield Note(FindingKind.TRAILING_DATA, f"{len(view) - end} bytes")
