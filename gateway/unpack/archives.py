"""Archives that libarchive lists: 7z, cabinets, LHA, ar, cpio, RPM.

Beside what libarchive says, each format's own header is asked what libarchive overlooks: whether the file is one
volume of several, and where it ends. Whatever stands behind the end belongs to another reader.
"""

import re
from collections.abc import Iterator

from gateway.filetype.identified import Note
from gateway.model.finding import FindingKind
from gateway.unpack.budget import Budget
from gateway.unpack.listing import Expected, Locked, listing
from gateway.unpack.opener import Member, Opener, Unreadable

_NOT_BLANK = re.compile(rb"[^\0]")
_COMPRESSED = ("gzip", "bzip2", "xz", "lzma", "zstd")
_IN_A_SET = 3
"""Flags of a cabinet: another one comes before it, or after."""


def open_7z(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
    """List a 7z archive; its start header says where it ends."""
    end = 32 + _little(view, 12, 8) + _little(view, 20, 8)
    yield from list_archive(view, Expected("7zip"), budget, end)


def open_cabinet(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
    """List a cabinet file ([MS-CAB] section 2.1)."""
    yield from list_archive(view, Expected("cab"), budget, _little(view, 8, 4))
    if _little(view, 30, 2) & _IN_A_SET:
        raise Unreadable("one cabinet of a set")


def archive_opener(name: str, filters: tuple[str, ...] = ()) -> Opener:
    """Make the opener of a format that needs no look of our own."""

    def open_archive(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
        yield from list_archive(view, Expected(name, filters), budget)

    return open_archive


open_lha = archive_opener("lha")
open_ar = archive_opener("ar")
open_cpio = archive_opener("cpio")
open_rpm = archive_opener("cpio", filters=("rpm", *_COMPRESSED))


def list_archive(view: memoryview, expected: Expected, budget: Budget, end: int = -1) -> Iterator[Member | Note]:
    """List an archive; `end` is where it says that it ends, else it is where libarchive found nothing more."""
    with listing(view, expected, budget) as found:
        try:
            yield from found.members()
        except Locked as locked:
            yield Note(FindingKind.CONTAINER_ENCRYPTED, str(locked))
            return
        if found.is_empty:  # a reader that knows more of the format may see more
            raise Unreadable("no members")
        end = found.consumed if end < 0 else end
    if end > len(view):
        raise Unreadable("data is missing")
    if _NOT_BLANK.search(view, end):
        yield Note(FindingKind.CONTAINER_INCONSISTENT, f"{len(view) - end} bytes behind the archive")


def _little(view: memoryview, at: int, size: int) -> int:
    return int.from_bytes(view[at : at + size], "little")
