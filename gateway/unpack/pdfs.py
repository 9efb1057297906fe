"""PDF files: what is active in them, and the files that they carry.

Looks for names in the file as it lies, in every revision, and in every object stream (ISO 32000-1 section 7.5.7).
Names are never encrypted outside of those; where an object stream stays closed, that is a note.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, pairwise
from typing import Final

from gateway.filetype.identified import Note
from gateway.filetype.marks import ALL, mark_behind, shown
from gateway.model.finding import FindingKind
from gateway.unpack.budget import Budget
from gateway.unpack.invoices import attached_files, is_invoice, starts_invoice
from gateway.unpack.opener import Member, Unreadable
from gateway.unpack.pdf_files import file_names, links, referred
from gateway.unpack.pdf_locks import unlocked
from gateway.unpack.pdf_names import active, places
from gateway.unpack.pdf_objects import Found, Objects, decoded, plain

_MOST_TEXT: Final = 16 * 1024 * 1024
"""Of one object stream, or of an invoice; honest ones stay far below."""
_MAYBE_PROGRAM = re.compile(rb"stream\r?\n(?=MZ|\x7fELF)")
"""Data that starts as a program does, and is stored as it is; two letters alone prove nothing."""
_FIRST = re.compile(rb"/First\s+([0-9]{1,9})(?!\s+[0-9]+\s+R)")
_TARGET = re.compile(rb"/U?F[\0\t\n\x0c\r ]*\(([^()]*)\)")
_BESIDE = re.compile(rb"(?![\\/])[^:\\]*")
"""A file beside the document, as links between the chapters of a book name it."""

Data = Callable[[Found], Iterable[bytes | memoryview]]
"""Gives the data of a stream."""


def open_pdf(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
    """Find scripts and actions, and list the files in a PDF."""
    objects = Objects(view, budget)
    if not len(objects):
        raise Unreadable("no objects")
    if found := next((found for gap in objects.gaps() if (found := mark_behind(gap, 0))), None):
        yield Note(FindingKind.POLYGLOT, shown(found[0]))
    if program := next(
        (mark for at in _MAYBE_PROGRAM.finditer(view) for mark in ALL.marks if mark.form.match(view, at.end())), None
    ):
        yield Note(FindingKind.POLYGLOT, f"a stream of {shown(program.form.pattern)}")
    seen = places(view)
    told = [one.text for one in objects.all_around((*seen.get("EF", ()), *seen.get("GoToR", ())))]
    data = _data(view, is_encrypted="Encrypt" in seen)
    if data is None:
        yield Note(FindingKind.CONTAINER_ENCRYPTED, "PDF")
        yield from _active(set(seen), told)
        return
    known = set(seen)
    for stream in _object_streams(objects, seen):
        text = _whole(data(stream), budget)
        inside = places(text)
        known |= inside.keys()
        if inside.keys() & {"EF", "GoToR"}:
            told += _split(text, stream)
    yield from _active(known, told)
    for file_name, stream in _files(objects, seen, told):
        yield from _file(file_name, data(stream), budget)


def _data(view: memoryview, *, is_encrypted: bool) -> Data | None:
    if not is_encrypted:
        return lambda stream: decoded(view, stream)
    by_number = unlocked(view)
    return None if by_number is None else lambda stream: (by_number(stream.number),)


def _active(names: set[str], texts: Iterable[bytes]) -> Iterator[Note]:
    for name in active(names):
        yield Note(FindingKind.ACTIVE_CONTENT, name)
    if any(map(_leads_away, texts)):
        yield Note(FindingKind.ACTIVE_CONTENT, "GoToR")


def _leads_away(text: bytes) -> bool:
    """Tell whether a link to another file names one that does not lie beside the document (a server's, a disk's)."""
    if b"/GoToR" not in plain(text):
        return False
    targets = _TARGET.findall(text)
    return not targets or not all(_BESIDE.fullmatch(target) for target in targets)


def _object_streams(objects: Objects, seen: Mapping[str, list[int]]) -> Iterator[Found]:
    """Yield what readers take for object streams: some go by the type, some by the entries that such one must have."""
    known: set[int] = set()
    for at in sorted({*seen.get("ObjStm", ()), *seen.get("First", ())}):
        if objects.is_in_stream(at):
            stream = objects.around(at)
            if stream.data_at < 0 and b"/ObjStm" in plain(stream.text):
                raise Unreadable("an object stream without data")
            if stream.data_at >= 0 and stream.data_at not in known:
                known.add(stream.data_at)
                yield stream


def _split(text: bytes, stream: Found) -> list[bytes]:
    """Return the objects of an object stream; all of it as one where its table is broken."""
    first = _FIRST.search(plain(stream.text))
    start = int(first[1]) if first else 0
    numbers = text[:start].split()
    if not start or not all(map(bytes.isdigit, numbers)):
        return [text]
    stops = sorted({*(start + int(offset[:9]) for offset in numbers[1::2]), start, len(text)})
    return [text[begin:end] for begin, end in pairwise(stops)]


def _files(
    objects: Objects, seen: Mapping[str, list[int]], texts: Iterable[bytes]
) -> Iterator[tuple[tuple[str, ...], Found]]:
    """Yield names and data of each embedded file once, in all its revisions."""
    known: set[int] = set()
    for text in texts:
        names = file_names(text)
        for number in referred(text):
            found = objects.numbered(number)
            streams = [one for one in found if one.data_at >= 0]
            streams += [inner for one in found for number in links(one.text) for inner in objects.numbered(number)]
            if not any(one.data_at >= 0 for one in streams):
                raise Unreadable("an embedded file that cannot be found")
            for stream in streams:
                if stream.data_at >= 0 and stream.data_at not in known:
                    known.add(stream.data_at)
                    yield names, stream
    for at in seen.get("EmbeddedFile", ()):
        stream = objects.around(at)
        if stream.data_at >= 0 and stream.data_at not in known:
            known.add(stream.data_at)
            yield (), stream


def _file(names: tuple[str, ...], chunks: Iterable[bytes | memoryview], budget: Budget) -> Iterator[Member | Note]:
    """Give a file, unless it is the data of an invoice."""
    pieces = iter(chunks)
    head = bytes(next(pieces, b""))
    if not starts_invoice(names, head):
        yield Member(names, chain((head,), pieces))
        return
    content = _whole(chain((head,), pieces), budget)
    if is_invoice(content):
        yield Note(FindingKind.INVOICE_DATA, names[0] if names else "")
        yield from attached_files(content)
    else:
        yield Member(names, (content,))


def _whole(chunks: Iterable[bytes | memoryview], budget: Budget) -> bytes:
    """Put data together that is small in honest files."""
    content = bytearray()
    for chunk in chunks:
        budget.spend_bytes(len(chunk))
        content += chunk
        if len(content) > _MOST_TEXT:
            raise Unreadable("a part of the document is far too large")
    return bytes(content)
