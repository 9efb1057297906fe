"""yEnc (www.yenc.org, version 1.3): bytes shifted by 42 between `=ybegin` and `=yend`.

A manual that shows the lines without data is prose: the data, or its first
line, must have the size that is claimed, or be no text.
"""

import re
from collections.abc import Iterator

from gateway.mime.buffer import Buffer
from gateway.mime.encodedfile import EncodedFile
from gateway.mime.words import to_text
from gateway.model.span import Span

_MOST = 1_000
_CHUNK = 64 * 1024
_BEGIN = re.compile(
    rb"(?:\A|\n)=ybegin (?P<params>[^\r\n]{0,400}?)name=(?P<name>[^\r\n]{1,400})\r?\n"
    rb"(?P<part>=ypart [^\r\n]{0,200}\r?\n)?"
)
_SIZE = re.compile(rb"\bsize=(\d{1,15})\b")
_LINE = re.compile(rb"\bline=(\d{1,6})\b")
_PART = re.compile(rb"\bpart=\d")
_SHOWN = bytes(range(32, 127))
_SHIFT = bytes((byte - 42) & 255 for byte in range(256))
_ESCAPED = bytes((byte - 106) & 255 for byte in range(256))


def find_yenc(text: Buffer) -> Iterator[EncodedFile]:
    """Yield the files, and pieces of files."""
    at = text.find(b"=ybegin ")
    end = 0
    for _ in range(_MOST):
        if at < 0:
            return
        begin = _BEGIN.match(text, max(0, at - 1))
        at = text.find(b"=ybegin ", at + 1)
        if begin is None:
            continue
        if 0 <= end < begin.end():
            end = text.find(b"\n=yend", begin.end() - 1)
        has_end = end >= 0 and (at < 0 or end < at)
        stop = end + 1 if has_end else at if at >= 0 else len(text)
        is_piece = begin["part"] is not None or _PART.search(begin["params"]) is not None
        size = _number(_SIZE, begin["params"])
        # An escaped byte is never cut apart, so a full line may be one character longer than it says.
        is_full = 0 <= _first_line(text, begin.end(), stop) - _number(_LINE, begin["params"]) <= 1
        fits = size == _size(text, begin.end(), stop)
        if stop > begin.end() and (fits or is_full or _is_no_text(text, begin.end(), stop)):
            damage = "" if has_end and (fits or is_piece) else "yEnc with another size, or without an end"
            name = to_text(begin["name"].strip(b' \t"'))
            span = Span(begin.start() + (text[begin.start() : begin.start() + 1] == b"\n"), _behind_line(text, stop))
            yield EncodedFile("yenc", name, _decoded(text, begin.end(), stop), damage, is_piece, span)
    yield EncodedFile("yenc", "", (), "too many files")


def _behind_line(text: Buffer, stop: int) -> int:
    """Return where the line ends that ends the data, if one does."""
    end = text.find(b"\n", stop) if text[stop : stop + 5] == b"=yend" else stop - 1
    return end + 1 if end >= 0 else len(text)


def _number(what: re.Pattern[bytes], params: bytes) -> int:
    """Return a number that the first line claims; -1 where it claims none."""
    found = what.search(params)
    return int(found[1]) if found else -1


def _first_line(text: Buffer, start: int, end: int) -> int:
    """Return how many characters the first line of the data has."""
    return len(text[start : min(start + _CHUNK, end)].partition(b"\n")[0].rstrip(b"\r"))


def _size(text: Buffer, start: int, end: int) -> int:
    """Return how many bytes the data decodes to: an escape sign stands for nothing."""
    return sum(len(text[at : min(at + _CHUNK, end)].translate(None, b"\r\n=")) for at in range(start, end, _CHUNK))


def _is_no_text(text: Buffer, start: int, end: int) -> bool:
    """Tell whether the data is no line of prose: a tenth of it are control or 8-bit bytes."""
    head = text[start : min(start + _CHUNK, end)].translate(None, b"\t\r\n")
    return len(head.translate(None, _SHOWN)) * 10 > len(head) > 0


def _decoded(text: Buffer, start: int, end: int) -> Iterator[bytes]:
    carry = b""
    for at in range(start, end, _CHUNK):
        data = carry + text[at : min(at + _CHUNK, end)].translate(None, b"\r\n")
        carry = b"=" if data.endswith(b"=") else b""
        plain, *escaped = data[: len(data) - len(carry)].split(b"=")
        pieces = [plain.translate(_SHIFT)]
        for piece in escaped:
            pieces += (piece[:1].translate(_ESCAPED), piece[1:].translate(_SHIFT))
        yield b"".join(pieces)
