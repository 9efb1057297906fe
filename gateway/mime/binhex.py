"""BinHex 4.0 (RFC 1741): a Macintosh file with its two forks, between colons.

Both forks are given: programs on a Macintosh lie in the resource fork. Never raises on content before the first
chunk is asked for.
"""

import re
from collections.abc import Iterator

import pybase64

from gateway.mime.buffer import Buffer
from gateway.mime.encodedfile import DamagedError, EncodedFile

MARK = b"(This file must be converted with BinHex"
"""The line that RFC 1741 section 3 asks for; readers look for it."""

_MOST = 100
_CHUNK = 64 * 1024
_ALPHABET = b"!\"#$%&'()" + b"*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_AS_BASE64 = bytes.maketrans(_ALPHABET, _BASE64)
_GARBAGE = bytes(set(range(256)) - set(_ALPHABET))
_START = re.compile(rb"[^\r\n]{0,80}\r?\n[ \t\r\n]{0,80}:(?=[!-r]{10})")
_REPEAT = b"\x90"
_MOST_PIECES = 4096
_MOST_HEADER = 1 + 63 + 1 + 4 + 4 + 2 + 4 + 4 + 2


def find_binhex(text: Buffer) -> Iterator[EncodedFile]:
    """Yield the data fork and, where there is one, the resource fork of each file."""
    at = 0
    for _ in range(_MOST):
        at = text.find(MARK, at)
        if at < 0:
            return
        start = _START.match(text, at)
        at += 1
        if start is None:
            continue
        end = text.find(b":", start.end())
        stop = end if end >= 0 else len(text)
        damage = "" if end >= 0 else "BinHex without an end"
        yield from _forks(text, start.end(), stop, damage)
        at = stop
    yield EncodedFile("binhex", "", (), "too many files")


def _forks(text: Buffer, start: int, end: int, damage: str) -> Iterator[EncodedFile]:
    name, data, resource = _header(text, start, end)
    if not name:
        yield EncodedFile("binhex", "", (), "a BinHex header that cannot be read")
        return
    shown = name.decode("mac_roman")
    after = 1 + len(name) + 21
    if data or not resource:
        yield EncodedFile("binhex", shown, _slice(text, start, end, after, data), damage)
    if resource:
        yield EncodedFile("binhex", shown, _slice(text, start, end, after + data + 2, resource), damage)


def _header(text: Buffer, start: int, end: int) -> tuple[bytes, int, int]:
    """Return name and sizes of both forks; an empty name where the header is cut off."""
    head = b"".join(_expanded(text, start, min(end, start + 4 * _MOST_HEADER)))
    size = head[0] if head else 0
    sizes = head[1 + size + 11 : 1 + size + 19]
    if not 1 <= size <= 63 or len(sizes) < 8:
        return b"", 0, 0
    return head[1 : 1 + size], int.from_bytes(sizes[:4], "big"), int.from_bytes(sizes[4:], "big")


def _slice(text: Buffer, start: int, end: int, offset: int, size: int) -> Iterator[bytes]:
    """Yield `size` bytes at `offset` of the expanded file."""
    at = 0
    for chunk in _expanded(text, start, end):
        piece = chunk[max(0, offset - at) : max(0, offset + size - at)]
        at += len(chunk)
        yield piece
        if at >= offset + size:
            return
    raise DamagedError("a BinHex file that is shorter than it says")


def _expanded(text: Buffer, start: int, end: int) -> Iterator[bytes]:
    """Undo the run-length coding: 0x90 and a count repeat the byte before, 0x90 0x00 is 0x90 itself."""
    carry, last = b"", b""
    for chunk in _digits(text, start, end):
        data = carry + chunk
        # The count may be 0x90 too, so that only an odd one at the end waits for its count.
        marks = len(data) - len(data.rstrip(_REPEAT))
        carry = _REPEAT * (marks & 1)
        plain, *runs = data[: len(data) - len(carry)].split(_REPEAT)
        pieces = [plain]
        last = plain[-1:] or last
        is_count = True
        for run in runs:
            if not is_count:
                again, rest, is_count = b"", run, True
            elif not run:
                again, rest, is_count = last * (_REPEAT[0] - 1), b"", False
            else:
                again, rest = _REPEAT if run[0] == 0 else last * (run[0] - 1), run[1:]
            pieces += (again, rest)
            last = rest[-1:] or again[-1:] or last
            if len(pieces) > _MOST_PIECES:
                yield b"".join(pieces)
                pieces = []
        yield b"".join(pieces)


def _digits(text: Buffer, start: int, end: int) -> Iterator[bytes]:
    carry = b""
    for at in range(start, end, _CHUNK):
        digits = carry + text[at : min(at + _CHUNK, end)].translate(_AS_BASE64, _GARBAGE)
        cut = len(digits) & ~3
        carry = digits[cut:]
        yield pybase64.b64decode(digits[:cut])
    if len(carry) > 1:
        yield pybase64.b64decode(carry + b"=" * (-len(carry) % 4))
