"""Disk images of ISO 9660 (ECMA-119): every tree of names that some reader would show.

One image may hold two trees over the same sectors, and they may differ: that of ECMA-119 itself, whose short names
Rock Ridge replaces, and Joliet's. Systems choose differently, so the members of all are judged. A UDF tree beside
them, or code to boot from, cannot be listed here.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from gateway.filetype.identified import Note
from gateway.model.finding import FindingKind
from gateway.unpack.budget import Budget
from gateway.unpack.listing import Expected, listing
from gateway.unpack.opener import Member, Unreadable

_SECTOR = 2048
_FIRST = 16
"""Sector of the first volume descriptor; those before belong to the system."""
_MOST_DESCRIPTORS = 64
_BOOT, _PRIMARY, _SUPPLEMENTARY, _END = 0, 1, 2, 255
_JOLIET = (b"%/@", b"%/C", b"%/E")
_NOT_BLANK = re.compile(rb"[^\0]")
_PLAIN = Expected("iso9660", options="iso9660:!joliet,iso9660:!rockridge")
_ROCK_RIDGE = Expected("iso9660", options="iso9660:!joliet,iso9660:rockridge")
_JOLIET_ONLY = Expected("iso9660", options="iso9660:joliet,iso9660:!rockridge")


def open_iso(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
    """List an ISO 9660 image."""
    kinds, has_joliet, end = _descriptors(view)
    yield from _trees(view, budget, has_joliet=has_joliet)
    if _BOOT in kinds:
        yield Note(FindingKind.CONTAINER_UNREADABLE, "code to boot from")
    if kinds.count(_PRIMARY) != 1:
        yield Note(FindingKind.CONTAINER_INCONSISTENT, "not one primary volume")
    if _NOT_BLANK.search(view, 0, _FIRST * _SECTOR):
        yield Note(FindingKind.CONTAINER_INCONSISTENT, "data before the volume")
    if _NOT_BLANK.search(view, end):
        yield Note(FindingKind.CONTAINER_INCONSISTENT, f"{len(view) - end} bytes behind the volume")


def _trees(view: memoryview, budget: Budget, *, has_joliet: bool) -> Iterator[Member | Note]:
    """Yield the members of every tree: Windows shows Joliet's, others Rock Ridge's, and the plain one where it must."""
    with listing(view, _PLAIN, budget) as plain, listing(view, _ROCK_RIDGE, budget) as rocky:
        has_rock_ridge = plain.names() != rocky.names()
    if has_joliet:
        yield from _members(view, _JOLIET_ONLY, budget)
    if has_rock_ridge:
        yield from _members(view, _ROCK_RIDGE, budget)
    elif has_joliet:  # nobody is shown these names, "REPORT.DOC" for a .docx, but the files may be others
        for one in _members(view, _PLAIN, budget):
            yield replace(one, names=()) if isinstance(one, Member) else one
    if not has_joliet:
        yield from _members(view, _PLAIN, budget)


def _members(view: memoryview, expected: Expected, budget: Budget) -> Iterator[Member | Note]:
    with listing(view, expected, budget) as found:
        yield from found.members()


def _descriptors(view: memoryview) -> tuple[list[int], bool, int]:
    """Return the types of all volume descriptors, whether Joliet is among them, and where the volume ends."""
    kinds, has_joliet, end = [], False, 0
    for number in range(_FIRST, _FIRST + _MOST_DESCRIPTORS):
        block = bytes(view[number * _SECTOR : (number + 1) * _SECTOR])
        if block[1:6] != b"CD001":
            raise Unreadable(f"no volume descriptor, {block[1:6]!r}")
        kinds.append(block[0])
        if block[0] == _PRIMARY:
            end = int.from_bytes(block[80:84], "little") * int.from_bytes(block[128:130], "little")
        has_joliet |= block[0] == _SUPPLEMENTARY and block[88:91] in _JOLIET
        if block[0] == _END:
            break
    behind = bytes(view[(number + 1) * _SECTOR : (number + 2) * _SECTOR])
    if behind[1:6] in {b"BEA01", b"NSR02", b"NSR03", b"TEA01"}:
        raise Unreadable("a UDF file system beside")
    return kinds, has_joliet, end
