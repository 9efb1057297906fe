"""OLE2 compound files ([MS-CFB]): what they are and hold, by the names in their directory.

Reads the header, the sector table and at most a megabyte of directory; contents of streams are not read.
"""

import struct
from collections.abc import Iterator

from gateway.filetype.identified import Identified, Note
from gateway.model.finding import FindingKind

_MOST_DIRECTORY = 1024 * 1024
_LAST = 0xFFFFFFFA
"""Sector numbers from here on are marks, not sectors."""
_ENTRY = 128
_MSI_CLASSES = (
    b"\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46",
    b"\x86\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46",
)
_BY_STREAM: tuple[tuple[str, str], ...] = (
    ("__properties_version1.0", "application/vnd.ms-outlook"),
    ("worddocument", "application/msword"),
    ("workbook", "application/vnd.ms-excel"),
    ("book", "application/vnd.ms-excel"),
    ("powerpoint document", "application/vnd.ms-powerpoint"),
    ("pp97_dualstorage", "application/vnd.ms-powerpoint"),
    ("visiodocument", "application/vnd.visio"),
    ("quill", "application/vnd.ms-publisher"),
)
_MACRO_STORAGES = frozenset(("vba", "_vba_project", "_vba_project_cur", "macros", "projectwm"))
EQUATION_EDITOR = b"\x02\xce\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"
"""The class of objects whose program Microsoft took away, because opening one could run anything."""


def ole_type(view: memoryview) -> Identified:
    """Identify a file that begins as a compound file."""
    entries = directory_entries(view)
    names = {name for name, _ in entries}
    if not entries:
        return Identified("application/x-ole-storage", (Note(FindingKind.CONTAINER_UNREADABLE, "no directory"),))
    if "encryptedpackage" in names:
        locked = Note(FindingKind.CONTAINER_ENCRYPTED, "encrypted Office package")
        return Identified("application/x-ooxml-encrypted", (locked,), encrypted=True)
    notes = []
    if names & _MACRO_STORAGES:
        notes.append(Note(FindingKind.MACRO_CODE, "macro storage"))
    if entries[0][1] in _MSI_CLASSES:
        return Identified("application/x-msi", tuple(notes))
    found = next((media_type for name, media_type in _BY_STREAM if name in names), "application/x-ole-storage")
    return Identified(found, tuple(notes))


def directory_entries(view: memoryview) -> list[tuple[str, bytes]]:
    """Return name (lower case) and class of each directory entry, whether the tree leads to it or not."""
    return list(_entries(view))


def _entries(view: memoryview) -> Iterator[tuple[str, bytes]]:
    if len(view) < 512:
        return
    shift = int.from_bytes(view[30:32], "little")
    if shift not in {9, 12}:
        return
    size = 1 << shift
    for sector in _chain(view, int.from_bytes(view[48:52], "little"), size):
        for at in range((sector + 1) * size, min((sector + 2) * size, len(view) - _ENTRY + 1), _ENTRY):
            length = int.from_bytes(view[at + 64 : at + 66], "little")
            if 2 <= length <= 64 and view[at + 66]:
                name = str(view[at : at + length - 2], "utf-16-le", "replace")
                yield name.lower(), bytes(view[at + 80 : at + 96])


def _chain(view: memoryview, sector: int, size: int) -> Iterator[int]:
    """Follow the sector table from `sector`; a loop or a lost end stops at the bound."""
    table = _table(view, size)
    for _ in range(_MOST_DIRECTORY // size):
        if sector >= _LAST or (sector + 1) * size >= len(view):
            return
        yield sector
        place = sector * 4 // size
        if place >= len(table):
            return
        at = (table[place] + 1) * size + sector * 4 % size
        if at + 4 > len(view):
            return
        sector = int.from_bytes(view[at : at + 4], "little")


def _table(view: memoryview, size: int) -> list[int]:
    """Return the sectors of the sector table: 109 in the header, the rest in a chain of their own."""
    table = [one for one in struct.unpack_from("<109I", view, 76) if one < _LAST]
    sector = int.from_bytes(view[68:72], "little")
    for _ in range(_MOST_DIRECTORY // size):
        start = (sector + 1) * size
        if sector >= _LAST or start + size > len(view):
            break
        *more, sector = struct.unpack_from(f"<{size // 4}I", view, start)
        table += [one for one in more if one < _LAST]
    return table
