"""What a PDF looks like from outside (ISO 32000-1): where it starts, and data around it that is none of its own.

Its objects are asked by its opener; nothing here inflates anything.
"""

import re
from collections.abc import Iterator

from gateway.filetype import binary
from gateway.filetype.identified import Note
from gateway.filetype.marks import mark_behind, shown
from gateway.filetype.text import is_text
from gateway.model.finding import FindingKind

_MARK = re.compile(rb"%PDF-\d")
_WINDOW = 1024
_STRAY_LINE = re.compile(rb"^(?:[A-Za-z][A-Za-z0-9-]*:|HTTP/|\x1b%|@PJL|%!PS[^\n]*PDF-|--)[^\n]*\n?", re.MULTILINE)
"""Lines of protocols and printers that careless programs leave before a PDF."""
_CODE = re.compile(
    rb"%!PS|/\*|//|#!|[(){};=`$]|^\s*(?:import|from|echo|set|rem)\s|^\s*@[a-z]", re.MULTILINE | re.IGNORECASE
)
"""What every script has, so that the PDF in its comment is one."""
_END = b"%%EOF"
_LAST_OBJECT = b"endobj"
_TAIL = 16 * 1024 * 1024
"""Where the end mark is looked for."""
_ROOM = 1024
"""Readers look for the end mark in the last 1,024 bytes, so that much stray data is common."""


def starts_pdf(head: bytes) -> int:
    """Return where a PDF reader would see a PDF begin; -1 for nowhere."""
    found = _MARK.search(head, 0, _WINDOW)
    return found.start() if found else -1


def pdf_notes(view: memoryview) -> Iterator[Note]:
    """Find data around the PDF."""
    start = starts_pdf(bytes(view[:_WINDOW]))
    if start > 0 and (before := _before(view[:start])):
        yield Note(FindingKind.POLYGLOT, before)
    yield from _behind(view)


def _before(view: memoryview) -> str:
    """Name the file that begins before the PDF; stray blanks and protocol lines are none."""
    if found := mark_behind(view, 0):
        return shown(found[0])
    if not is_text(view):
        return binary.by_start(bytes(view))
    code = _CODE.search(_STRAY_LINE.sub(b"", bytes(view)))
    return shown(code[0]) if code else ""


def _behind(view: memoryview) -> Iterator[Note]:
    base = max(0, len(view) - _TAIL)
    tail = bytes(view[base:])
    last = tail.rfind(_END)
    if last < 0 and not base:
        # Cut off, or never ended; readers cope with that, and go by the last object.
        if found := mark_behind(view, max(tail.rfind(_LAST_OBJECT), 0) or 8):
            yield Note(FindingKind.POLYGLOT, shown(found[0]))
        return
    end = base + last + len(_END) if last >= 0 else base
    if found := mark_behind(view, end):
        yield Note(FindingKind.POLYGLOT, shown(found[0]))
    elif len(bytes(view[end:]).strip(b"\0\t\r\n \x1a")) > _ROOM:
        yield Note(FindingKind.TRAILING_DATA, f"{len(view) - end} bytes")
