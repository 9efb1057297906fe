"""From places in a decoded text back to the bytes that encode them (RFC 2045 section 6).

Only what is encoded soundly has such a place. Measured in steps of some kilobytes, so that one place costs no walk
through all lines.
"""

import binascii
import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

import pybase64

from gateway.model.span import Span

_STEP = 4096
"""Raw bytes between two known places."""
_LONGEST = 65_536
"""No line of an encoding is as long; what is needs another walk for each link."""
_ATOM = re.compile(rb"=[0-9A-Fa-f]{2}|=[ \t]*\r?\n|[^=]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stretch of the text is encoded."""

    span: Span
    """In the encoded bytes."""
    before: bytes = b""
    """Decoded bytes that the same quantum of base64 holds before the stretch."""
    after: bytes = b""


class Unsound(ValueError):
    """The encoding is damaged there; nobody can say where a stretch begins or ends."""


class Quoted:
    """A body in quoted-printable. Raises `Unsound` for lines without an end."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self.text = binascii.a2b_qp(raw)
        self._steps = _steps(raw)
        self._sizes = [0]
        for start, end in pairwise(self._steps):
            self._sizes.append(self._sizes[-1] + len(binascii.a2b_qp(raw[start:end])))

    def place(self, span: Span) -> Place:
        """Return where a stretch of `text` is encoded. Raises `Unsound`."""
        step = bisect_right(self._sizes, span.start) - 1
        at, size = self._line(self._steps[step], self._sizes[step], span.start)
        start, said = -1, bytearray()
        for atom in _ATOM.finditer(self._raw, at, at + 4 * len(span) + _STEP):
            if atom.start() != at:
                break
            at = atom.end()
            if start < 0 and size == span.start and not atom[0].endswith(b"\n"):
                start = atom.start()
            one = binascii.a2b_qp(atom[0])
            size += len(one)
            if start >= 0:
                said += one
            if size >= span.end:
                break
        if start < 0 or said != self.text[span.start : span.end]:
            raise Unsound("damaged quoted-printable")
        return Place(Span(start, at))

    def _line(self, at: int, size: int, wanted: int) -> tuple[int, int]:
        """Return where the line begins that encodes a place, and how much of the text stands before it."""
        while (end := self._raw.find(b"\n", at) + 1) > 0:
            more = len(binascii.a2b_qp(self._raw[at:end]))
            if size + more > wanted:
                break
            at, size = end, size + more
        return at, size


class Base64:
    """A body in base64. Raises `Unsound` for anything but digits, line ends and padding at the end."""

    def __init__(self, raw: bytes) -> None:
        digits = raw.translate(None, b"\r\n")
        try:
            self.text = pybase64.b64decode(digits, validate=True)
        except binascii.Error as error:
            raise Unsound("damaged base64") from error
        if raw.count(b"\r") != raw.count(b"\r\n"):
            raise Unsound("bare CR in base64")
        self._raw = raw
        self._steps = _steps(raw)
        self._sizes = [0]
        for start, end in pairwise(self._steps):
            self._sizes.append(self._sizes[-1] + len(raw[start:end].translate(None, b"\r\n")))

    def place(self, span: Span) -> Place:
        """Return where the quanta lie that hold a stretch of `text`."""
        first, last = span.start // 3, -(-span.end // 3)
        return Place(
            Span(self._digit(first * 4), self._digit(last * 4 - 1) + 1),
            self.text[first * 3 : span.start],
            self.text[span.end : last * 3],
        )

    def _digit(self, number: int) -> int:
        """Return where a digit stands."""
        step = bisect_right(self._sizes, number) - 1
        at, left = self._steps[step], number - self._sizes[step]
        while (end := self._raw.find(b"\n", at)) >= 0:
            size = end - at - (self._raw[end - 1 : end] == b"\r")
            if left < size:
                break
            at, left = end + 1, left - size
        return at + left


def _steps(raw: bytes) -> list[int]:
    """Return offsets at which lines begin, some kilobytes apart, with 0 and the end."""
    steps = [0]
    while 0 < (line := raw.find(b"\n", steps[-1] + _STEP) + 1) < len(raw):
        steps.append(line)
    steps.append(len(raw))
    if any(end - start > _LONGEST for start, end in pairwise(steps)):
        raise Unsound("a line without an end")
    return steps
