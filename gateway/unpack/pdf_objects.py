"""Objects of a PDF (ISO 32000-1 section 7.3) as they lie in the file, whatever its cross-reference says.

Readers rebuild a broken cross-reference by searching for objects, each in its own way, so every object counts here
that any of them could find: of all revisions, also unreferenced ones. Nothing is executed or laid out.
"""

import base64
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from gateway.filetype.pdf import starts_pdf
from gateway.unpack.budget import Budget
from gateway.unpack.inflate import inflated
from gateway.unpack.opener import CHUNK, Unreadable

_STRING: Final = rb"\((?:[^()\\]++|\\.|\((?:[^()\\]++|\\.|\((?:[^()\\]++|\\.)*\))*\))*\)"
"""A literal string (7.3.4.2), with brackets in it three deep."""
_STRINGS = re.compile(rb"\\.|" + _STRING, re.DOTALL)
_COMMENTS = re.compile(rb"%[^\r\n]*")
_ESCAPE = re.compile(rb"#([0-9a-fA-F]{2})")
_OBJECT = re.compile(rb"obj")
_HEADER = re.compile(rb"(?:\A|[^0-9])([0-9]{1,10})[\0\t\n\x0c\r ]{1,8}[0-9]{1,5}[\0\t\n\x0c\r ]{1,8}\Z")
_MOST_HEADER: Final = 40
_MOST_OBJECTS: Final = 400_000
_STREAM: Final = rb"stream[ \t]*(?:\r\n|\n|\r)"
_BODY = re.compile(
    rb"((?:[^(%es]++|" + _STRING + rb"|%[^\r\n]*+|e(?!ndobj)|s(?!tream[ \t]*[\r\n]))*)(?:endobj|(" + _STREAM + rb"))",
    re.DOTALL,
)
_BROKEN_BODY = re.compile(rb"(.*?)(?:endobj|(" + _STREAM + rb"))", re.DOTALL)
"""Where strings are not in order."""
_MOST_DICTIONARY: Final = 64 * 1024
_FILTER = re.compile(rb"/Filter\s*(\[[^\]]*\]|/[A-Za-z0-9]+|)")
_NAME = re.compile(rb"/([A-Za-z0-9]+)")
_LENGTH = re.compile(rb"/Length\s+([0-9]{1,10})(?!\s+[0-9]+\s+R)")
_PREDICTED = re.compile(rb"/Predictor\s+(?!1\b)")
_END_OF_STREAM = re.compile(rb"[\r\n]{0,2}endstream")
_END_HERE = re.compile(rb"\s{0,4}endstream")
_ENDS: Final = b"endobj"
_NEAR: Final = 32
_WINDOW: Final = 1024
_VERSION: Final = b"%PDF-1.7"
_ZLIB: Final = 15
_MOST_TEXT: Final = 16 * 1024 * 1024
"""Bytes in hexadecimal or base 85 that are decoded at once."""
_HEXADECIMAL = frozenset(("ASCIIHexDecode", "AHx"))
_BASE_85 = frozenset(("ASCII85Decode", "A85"))
_FLATE = (["FlateDecode"], ["Fl"])


@dataclass(frozen=True, slots=True)
class Found:
    """One object: its number, its text up to its data or its end, and where its data starts (-1 without any)."""

    number: int
    text: bytes
    data_at: int = -1


class Objects:
    """Where the objects of a file begin."""

    def __init__(self, view: memoryview, budget: Budget) -> None:
        self.view = view
        self._budget = budget
        self._headers: list[int] = []
        self._bodies: list[int] = []
        self._numbers: list[int] = []
        self._by_number: defaultdict[int, list[int]] = defaultdict(list)
        for found in _OBJECT.finditer(view):
            if len(self._bodies) > _MOST_OBJECTS:
                raise Unreadable("too many objects")
            before = max(0, found.start() - _MOST_HEADER)
            header = _HEADER.search(bytes(view[before : found.start()]))
            if header is not None:
                self._by_number[int(header[1])].append(len(self._bodies))
                self._headers.append(before + header.start(1))
                self._bodies.append(found.end())
                self._numbers.append(int(header[1]))

    def __len__(self) -> int:
        return len(self._bodies)

    def all_around(self, places: Iterable[int]) -> list[Found]:
        """Return each object once whose text holds any of the offsets."""
        return [
            self._found(index) for index in sorted({bisect_right(self._bodies, at) - 1 for at in places}) if index >= 0
        ]

    def around(self, at: int) -> Found:
        """Return the object whose text holds offset `at`. Raises `Unreadable` where there is none."""
        index = bisect_right(self._bodies, at) - 1
        if index < 0:
            raise Unreadable("data outside of objects")
        return self._found(index)

    def is_in_stream(self, at: int) -> bool:
        """Tell, looking forward only, whether the dictionary that holds offset `at` has data behind it."""
        self._budget.spend_time()
        body = _body(self.view[at : at + _MOST_DICTIONARY])
        return body is None or body[2] is not None

    def numbered(self, number: int) -> list[Found]:
        """Return every object with this number: an update leaves the old one in the file."""
        return [self._found(index) for index in self._by_number[number]]

    def gaps(self) -> Iterator[memoryview]:
        """Yield what lies between objects where that is not just a line end: tables, comments, foreign data."""
        first = max(starts_pdf(bytes(self.view[:_WINDOW])), 0) + len(_VERSION)
        for start, stop in zip([first, *self._bodies], [*self._headers, len(self.view)], strict=True):
            before = max(start, stop - _NEAR)
            if not bytes(self.view[before:stop]).rstrip().endswith(_ENDS):
                last = bytes(self.view[start:stop]).rfind(_ENDS)
                yield self.view[start if last < 0 else start + last : stop]

    def _found(self, index: int) -> Found:
        self._budget.spend_time()
        start = self._bodies[index]
        window = self.view[start : start + _MOST_DICTIONARY]
        body = _body(window)
        if body is None and len(window) == _MOST_DICTIONARY:
            raise Unreadable("an object that is far too large")
        if body is None:
            return Found(self._numbers[index], bytes(window))
        return Found(self._numbers[index], body[1], start + body.end() if body[2] else -1)


def _body(window: memoryview) -> re.Match[bytes] | None:
    return _BODY.match(window) or _BROKEN_BODY.match(window)


def plain(text: bytes) -> bytes:
    """Write an object without comments, strings and #xx escapes (7.3.5), so that its keys can be searched."""
    bare = _COMMENTS.sub(b" ", _STRINGS.sub(b"()", text))
    return _ESCAPE.sub(lambda found: bytes((int(found[1], 16),)), bare)


def decoded(view: memoryview, stream: Found) -> Iterator[bytes | memoryview]:
    """Yield the data of a stream. Raises `Unreadable` where its filters are not those that documents use."""
    keys = plain(stream.text)
    named = _FILTER.findall(keys)
    if len(named) > 1 or named == [b""] or _PREDICTED.search(keys):
        raise Unreadable("a stream with filters of its own kind")
    filters = [name.decode("ascii") for name in _NAME.findall(named[0])] if named else []
    data, at = view, stream.data_at
    while filters and filters[0] in _HEXADECIMAL | _BASE_85:
        data, at = memoryview(_from_text(bytes(data[at : at + _MOST_TEXT]), filters.pop(0))), 0
    if filters in _FLATE:
        yield from inflated(data, at, _ZLIB)
    elif filters:
        raise Unreadable(f"a stream encoded by {'+'.join(filters)[:60]}")
    else:
        end = _end_of_data(view, at, keys) if data is view else len(data)
        yield from (data[start : min(start + CHUNK, end)] for start in range(at, end, CHUNK))


def _from_text(raw: bytes, name: str) -> bytes:
    if name in _HEXADECIMAL:
        digits = b"".join(raw.partition(b">")[0].split())
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    return base64.a85decode(raw.partition(b"~>")[0].strip().removeprefix(b"<~"), ignorechars=b"\0\t\n\x0c\r ")


def _end_of_data(view: memoryview, at: int, keys: bytes) -> int:
    """Return where data without a filter ends: by its length where that is right, else at the mark."""
    length = _LENGTH.search(keys)
    if length is not None and _END_HERE.match(view, at + int(length[1])):
        return at + int(length[1])
    mark = _END_OF_STREAM.search(view, at)
    return mark.start() if mark else len(view)
