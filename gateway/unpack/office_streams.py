"""What the main streams of old Office documents say of macros, passwords and links to programs.

Word: [MS-DOC] 2.5 (FIB) and fields; Excel: [MS-XLS] records of the workbook; PowerPoint: [MS-PPT] records, among
them packed storages, in which it keeps macros and embedded objects.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from typing import Final

from gateway.filetype.identified import Note
from gateway.model.finding import FindingKind
from gateway.unpack.budget import Budget
from gateway.unpack.opener import CHUNK, Member, Unreadable

_RECORD = struct.Struct("<HH")
_WIDE_RECORD = struct.Struct("<HHI")
_LOCKED: Final = 0x0100
_MACRO_SHEETS = frozenset((1, 6))
_FILE_PASS, _BOUND_SHEET, _SUP_BOOK, _EXTERN_SHEET, _END = 0x2F, 0x85, 0x1AE, 0x17, 0x0A
_DDE_MARK = b"\3"
"""Between program and topic of a link ([MS-XLS] 2.5.277)."""
_FIELD = re.compile(rb"\x13[ \t\"]{0,40}DDE(?:AUTO)?[ \t\"]|\x13\0(?:[ \t\"]\0){0,40}D\0D\0E\0", re.IGNORECASE)
_STORAGE_RECORD, _CONTAINER = 0x1011, 0x0F
_LOCKED_TOKEN = b"\xdf\xc4\xd1\xf3"


def word_notes(stream: bytes) -> Iterator[Note]:
    """Look into WordDocument."""
    if int.from_bytes(stream[10:12], "little") & _LOCKED:
        yield Note(FindingKind.CONTAINER_ENCRYPTED, "Word document")
    if _FIELD.search(stream):
        yield Note(FindingKind.DDE_FIELD, "DDE")


def excel_notes(stream: bytes, budget: Budget) -> Iterator[Note]:
    """Look into the records of the workbook itself, which come before those of its sheets."""
    at, found = 0, set()
    while at + _RECORD.size <= len(stream):
        kind, size = _RECORD.unpack_from(stream, at)
        content = stream[at + _RECORD.size : at + _RECORD.size + size]
        at += _RECORD.size + size
        if kind == _END or (not kind and not size):
            break
        if kind == _FILE_PASS:
            found.add(Note(FindingKind.CONTAINER_ENCRYPTED, "Excel workbook"))
        elif kind == _BOUND_SHEET and content[5:6] and content[5] in _MACRO_SHEETS:
            found.add(Note(FindingKind.MACRO_CODE, "macro sheet"))
        elif kind in {_SUP_BOOK, _EXTERN_SHEET} and _DDE_MARK in content[4 if kind == _SUP_BOOK else 2 :]:
            found.add(Note(FindingKind.DDE_FIELD, "link to a program"))
    budget.spend_time()
    yield from sorted(found, key=lambda note: note.kind)


def show_notes(current_user: bytes) -> Iterator[Note]:
    """Look into "Current User" of a presentation."""
    if current_user[12:16] == _LOCKED_TOKEN:
        yield Note(FindingKind.CONTAINER_ENCRYPTED, "PowerPoint presentation")


def stored_objects(stream: bytes, budget: Budget) -> Iterator[Member]:
    """Give the storages in a presentation: embedded objects, controls, macros ([MS-PPT] 2.10.34)."""
    at = 0
    while at + _WIDE_RECORD.size <= len(stream):
        flags, kind, size = _WIDE_RECORD.unpack_from(stream, at)
        at += _WIDE_RECORD.size
        if flags & _CONTAINER == _CONTAINER:
            continue
        if kind == _STORAGE_RECORD:
            budget.spend_time()
            content = stream[at : at + size]
            yield Member((), _inflated(content[4:]) if flags >> 4 else (content,))
        at += size


def _inflated(packed: bytes) -> Iterator[bytes]:
    inflate = zlib.decompressobj()
    rest = packed
    while not inflate.eof:
        piece = inflate.decompress(rest, CHUNK)
        rest = inflate.unconsumed_tail
        yield piece
        if not piece and not rest and not inflate.eof:
            raise Unreadable("an embedded object that ends early")
