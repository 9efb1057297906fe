"""Files encoded with 64 printable characters behind a `begin` line: xxencode, and uuencode -m (POSIX).

As in uuencode, prose that mentions `begin 644 something` is no file: lines of the encoding must follow.
"""

import re
from collections.abc import Iterator

import pybase64

from gateway.mime.buffer import Buffer
from gateway.mime.encodedfile import MOST_ODD_LINES, DamagedError, EncodedFile
from gateway.mime.words import to_text
from gateway.model.span import Span

_MOST = 1_000
"""Files that are looked for in one text; what comes behind is one damaged file."""
_CHUNK = 64 * 1024

_ALPHABET = b"+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_AS_BASE64 = bytes.maketrans(_ALPHABET, _BASE64)
_XX_BEGIN = re.compile(
    rb"\nbegin[ \t]++[0-7]{3,4}[ \t]++(?P<name>[^\r\n]{1,255})\r?\n"
    rb"(?P<line>[+\-0-9A-Za-z]{5,90}+)[ \t]*+\r?(?=\n|\Z)"
)
# Searches for what breaks off, because repeating a group over a whole file takes memory for each line.
_XX_BREAK = re.compile(rb"\n(?![+\-0-9A-Za-z]{2,90}+[ \t]*+\r?(?:\n|\Z))")
_XX_END = re.compile(rb"(?:\+[ \t]*\r?\n)?[ \t]*\r?\n?end\b")
_FULL = re.compile(rb"(?P<full>(?:h[+\-0-9A-Za-z]{60}\r?\n){1,1024})|[^\n]*+\n?")

_B64_BEGIN = re.compile(rb"\nbegin-base64[ \t]++[0-7]{3,4}[ \t]++(?P<name>[^\r\n]{1,255})\r?\n(?=[A-Za-z0-9+/]{2})")
_B64_BREAK = re.compile(rb"\n(?![A-Za-z0-9+/]++={0,2}[ \t]*+\r?(?:\n|\Z))")


def find_xx(text: Buffer) -> Iterator[EncodedFile]:
    """Yield the xxencoded files."""
    text, at = b"\n" + text[:], 0
    for _ in range(_MOST):
        begin = _XX_BEGIN.search(text, at)
        if begin is None:
            return
        at = begin.end()
        if not _is_line(begin["line"]):
            continue
        stop = _XX_BREAK.search(text, begin.start("line"))
        at = stop.end() if stop else len(text)
        end = _XX_END.match(text, at)
        damage = "" if end else "no end"
        span = Span(begin.start(), (end.end() if end else at) - 1)  # one byte stands before the text
        yield EncodedFile("xx", to_text(begin["name"].strip()), _xx(text, begin.start("line"), at), damage, span=span)
        at = max(begin.end(), at - 1)
    yield EncodedFile("xx", "", (), "too many files")


def find_base64(text: Buffer) -> Iterator[EncodedFile]:
    """Yield the files between `begin-base64` and `====`."""
    text, at = b"\n" + text[:], 0
    for _ in range(_MOST):
        begin = _B64_BEGIN.search(text, at)
        if begin is None:
            return
        stop = _B64_BREAK.search(text, begin.end())
        at = stop.end() if stop else len(text)
        damage = "" if text[at : at + 4] == b"====" else "no end"
        span = Span(begin.start(), at - 1 if damage else at + 3)
        yield EncodedFile("base64", to_text(begin["name"].strip()), _base64(text, begin.end(), at), damage, span=span)
        at = max(begin.end(), at - 1)
    yield EncodedFile("base64", "", (), "too many files")


def _is_line(line: bytes) -> bool:
    """Tell whether a line has as many characters as its first one says, or a checksum more."""
    digits = (_ALPHABET.index(line[:1]) + 2) // 3 * 4
    return 0 < digits <= len(line) - 1 <= digits + 2


def _xx(text: Buffer, start: int, end: int) -> Iterator[bytes]:
    odd = 0
    for run in _FULL.finditer(text, start, end):
        if full := run["full"]:
            digits = (b"\n" + full.replace(b"\r", b"")).replace(b"\nh", b"").rstrip(b"\n")
            yield pybase64.b64decode(digits.translate(_AS_BASE64))
        elif line := run[0].strip():
            odd += 1
            if odd > MOST_ODD_LINES:
                raise DamagedError("xxencode with too many short lines")
            size = _ALPHABET.index(line[:1])
            digits = line[1 : 1 + (size + 2) // 3 * 4].translate(_AS_BASE64)
            yield pybase64.b64decode(digits[: len(digits) & ~3])[:size]


def _base64(text: Buffer, start: int, end: int) -> Iterator[bytes]:
    carry = b""
    for at in range(start, end, _CHUNK):
        digits = carry + text[at : min(at + _CHUNK, end)].translate(None, b" \t\r\n=")
        cut = len(digits) & ~3
        carry = digits[cut:]
        yield pybase64.b64decode(digits[:cut])
    if len(carry) > 1:
        yield pybase64.b64decode(carry + b"=" * (-len(carry) % 4))
