"""Files that are uuencoded inside text, as spans (POSIX uuencode).

Prose that only mentions `begin 644 something` is no block: lines of the encoding must follow. Works in linear
time on any text and never raises on content; a block that breaks off is yielded as far as it goes.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pybase64

from gateway.mime.buffer import Buffer
from gateway.mime.encodedfile import MOST_ODD_LINES, DamagedError
from gateway.mime.words import to_text
from gateway.model.span import Span

_MOST_BEGINS = 10_000
"""Lines that are looked into; no honest text holds so many, and each costs more than its bytes."""

_ALPHABET = bytes(range(32, 96))
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_AS_BASE64 = bytes.maketrans(_ALPHABET + b"`", _BASE64 + b"A")

# QUIRK: decoders stop at the count of a line, so that a long one may have anything behind it.
_LINE = rb"[!-`][ -`]*+(?:(?<=[ -`]{20})[a-~\t]{1,4})?\r?(?:\n|\Z)"
_BEGIN_LINE = (
    rb"(?P<line>begin[ \t]++(?:(?P<mode>[0-7]{3,4})[ \t]++)?(?P<name>[^\r\n]*+)\r?\n)"
    rb"(?:[ \t]*+\r?\n)?(?=" + _LINE + rb")"
)
_FIRST_BEGIN = re.compile(_BEGIN_LINE)
_BEGIN = re.compile(rb"\n" + _BEGIN_LINE)
# Searches for what breaks off, because repeating a group over a whole file takes memory for each line.
_NO_LINE = re.compile(rb"\n(?!" + _LINE + rb")")
_END = re.compile(rb"[ \t]*(?:\r?\n)?end[ \t]*(?:\r?\n|\Z)")
# Lines of 45 bytes with at most a checksum character behind, a last shorter one, the empty one.
_NO_FULL_LINE = re.compile(rb"\n(?!M[ -`]{60,61}\r?\n)")
_LAST_LINES = re.compile(rb"(?:[!-L][ -`]{1,61}\r?\n)?(?:`\r?\n)?")
_RUN = re.compile(rb"(?P<full>(?:M[ -`]{60}\r?\n){1,16384})|[^\n]*+\n?")


@dataclass(frozen=True, slots=True)
class EncodedBlock:
    """One file inside a text."""

    name: str
    span: Span
    """From the line that begins it to the line that ends it."""
    lines: Span
    """The encoded lines."""
    is_damaged: bool
    """It has no end, or lines that decoders may read differently."""


def find_blocks(text: Buffer) -> Iterator[EncodedBlock]:
    """Yield the blocks in order; they do not overlap. One after too many of them spans all the rest."""
    begin = _FIRST_BEGIN.match(text) or _next(text, 0)
    for _ in range(_MOST_BEGINS):
        if begin is None:
            return
        stop = _behind(_NO_LINE, text, begin.end(), len(text))
        end = _END.match(text, stop)
        # Code in capitals may stand between "begin" and "end" too, but no mode stands there.
        if _is_full_line(text, begin.end()) or (end and begin["mode"]):
            regular = _LAST_LINES.fullmatch(text, _behind(_NO_FULL_LINE, text, begin.end(), stop), stop)
            yield EncodedBlock(
                name=to_text(begin["name"].strip()),
                span=Span(begin.start("line"), end.end() if end else stop),
                lines=Span(begin.end(), stop),
                is_damaged=end is None or regular is None,
            )
        begin = _next(text, stop - 1)
    if begin is not None:
        rest = Span(begin.start("line"), len(text))
        yield EncodedBlock(to_text(begin["name"].strip()), rest, Span(begin.end(), begin.end()), is_damaged=True)


def decode_block(text: Buffer, block: EncodedBlock) -> Iterator[bytes]:
    """Yield the bytes of a block in bounded chunks, as far as each line can be read."""
    odd = 0
    for run in _RUN.finditer(text, block.lines.start, block.lines.end):
        if full := run["full"]:
            digits = (b"\n" + full.replace(b"\r", b"")).replace(b"\nM", b"").rstrip(b"\n")
            yield pybase64.b64decode(digits.translate(_AS_BASE64))
        elif line := run[0].rstrip(b"\r\n"):
            odd += 1
            if odd > MOST_ODD_LINES:
                raise DamagedError("uuencode with too many short lines")
            yield binascii.a2b_uu(line[: 1 + _digits(line)])


def _behind(break_off: re.Pattern[bytes], text: Buffer, start: int, most: int) -> int:
    """Return where lines that begin at `start` break off; `start` follows a line end."""
    found = break_off.search(text, start - 1)
    return min(found.end(), most) if found else most


def _next(text: Buffer, at: int) -> re.Match[bytes] | None:
    at = text.find(b"\nbegin", at)  # many times faster than the expression, and most texts have none
    return None if at < 0 else _BEGIN.search(text, at)


def _is_full_line(text: Buffer, at: int) -> bool:
    """Tell whether the line at `at` has as many characters as its first one says, or a checksum more."""
    line = text[at : at + 80].partition(b"\n")[0].rstrip(b"\r")
    return 0 < _digits(line) <= len(line) - 1 <= _digits(line) + 2


def _digits(line: bytes) -> int:
    """Return how many characters of the encoding follow the length character."""
    return (((line[0] - 32) & 63) + 2) // 3 * 4
