"""Compound files ([MS-CFB]): old Office documents and the objects that newer ones embed.

The objects inside are files and are judged as such; storages of other documents are parts of this one. What no
directory leads to is judged by its marks.
"""

from collections.abc import Callable, Iterator
from typing import Final

from gateway.filetype import binary
from gateway.filetype.identified import Note
from gateway.filetype.marks import mark_behind, shown
from gateway.filetype.ole import EQUATION_EDITOR, directory_entries
from gateway.model.finding import FindingKind
from gateway.unpack.budget import Budget
from gateway.unpack.compound import Compound, Entry
from gateway.unpack.office_streams import excel_notes, show_notes, stored_objects, word_notes
from gateway.unpack.opener import Member, Unreadable
from gateway.unpack.packages import dropped_file

_MOST_ENTRIES: Final = 20_000
_MOST_READ: Final = 64 * 1024 * 1024
_CONTROL = "\3ocxname"
_HEAD: Final = 512


def open_ole(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
    """Look into the streams of a compound file and list the files that were dropped into it."""
    compound = Compound(view)
    known = set()
    for count, entry in enumerate(compound.entries()):
        if count > _MOST_ENTRIES:
            raise Unreadable("more streams than may be listed")
        budget.spend_time()
        known.add(entry.path[-1])
        if entry.is_stream and (look := _LOOKS.get(entry.path[-1])) is not None:
            yield from look(_read(compound, entry, budget), budget)
        elif entry.path[-1] == _CONTROL:
            yield Note(FindingKind.ACTIVE_CONTENT, "ActiveX control")
    listed = directory_entries(view)
    if any(class_id == EQUATION_EDITOR for _, class_id in listed):
        yield Note(FindingKind.EMBEDDED_OBJECT, "Equation Editor")
    if hidden := {name for name, _ in listed[1:]} - known:
        yield Note(FindingKind.CONTAINER_INCONSISTENT, f"stream {min(hidden)[:40]!r} outside of the directory's tree")
    if found := mark_behind(memoryview(compound.spare()), 0):
        yield Note(FindingKind.TRAILING_DATA, shown(found[0]))


def _read(compound: Compound, entry: Entry, budget: Budget) -> bytes:
    if entry.size > _MOST_READ:
        raise Unreadable("a stream that is far too large")
    budget.spend_bytes(entry.size)
    return b"".join(compound.chunks(entry))


Look = Callable[[bytes, Budget], Iterator[Member | Note]]


def _word(stream: bytes, budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
    yield from word_notes(stream)


def _excel(stream: bytes, budget: Budget) -> Iterator[Member | Note]:
    yield from excel_notes(stream, budget)


def _show(stream: bytes, budget: Budget) -> Iterator[Member | Note]:
    yield from stored_objects(stream, budget)


def _user(stream: bytes, budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
    yield from show_notes(stream)


def _dropped(stream: bytes, budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
    yield dropped_file(stream)


def _package(stream: bytes, budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
    yield Member((), (stream,))


def _contents(stream: bytes, budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
    """Give a whole file of another program; a control keeps its own data under the same name."""
    if stream.startswith(b"%PDF-") or binary.by_start(stream[:_HEAD]):
        yield Member((), (stream,))


_LOOKS: dict[str, Look] = {
    "worddocument": _word,
    "workbook": _excel,
    "book": _excel,
    "powerpoint document": _show,
    "current user": _user,
    "\1ole10native": _dropped,
    "package": _package,
    "contents": _contents,
}
