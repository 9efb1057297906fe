"""Runs of base64, hexadecimal or Ascii85 digits in a text, without a word about what they are.

Keys, signatures, tokens and patches look the same; whoever asks must judge by the decoded content.
"""

import base64
import re
from collections.abc import Iterator

import pybase64

from gateway.mime.buffer import Buffer
from gateway.mime.encodedfile import EncodedFile

_MOST = 2_000
_LEAST = 64
"""Digits; no file of any use is smaller."""
_HEAD = 4096
"""Where a calendar or an address card begins."""
_CHUNK = 64 * 1024
_GROUPS = 5 * 4096
_FIRST_LINE = re.compile(rb"\n[> \t]*+(?=[A-Za-z0-9+/]{24}[A-Za-z0-9+/]*+={0,2}[ \t\r]*+(?:\n|\Z))")
# Searches for what breaks off, because repeating a group over a whole file takes memory for each line.
_BREAK = re.compile(rb"\n(?![> \t]*+[A-Za-z0-9+/]++={0,2}[ \t\r]*+(?:\n|\Z))|\Z")
# RFC 5545 section 3.1.3, RFC 2426 section 3.1.4: a value that may be folded.
_IN_CARDS = re.compile(rb"ENCODING=B(?:ASE64)?\b[^:\r\n]{0,200}:(?=[A-Za-z0-9+/\r])", re.IGNORECASE)
_UNFOLDED = re.compile(rb"\n(?![ \t])|\Z")
_IN_SCRIPTS = re.compile(rb"[\"'`(\s](?P<run>[A-Za-z0-9+/]{100}[A-Za-z0-9+/]*+={0,2})(?=[\"'`)\s])")
_ASCII85 = re.compile(rb"<~(?P<run>[!-uz\s]{24,}+)~>")
_HEX = re.compile(rb"[0-9A-Fa-f\s]*+")
_BLANKS = b" \t\r\n>"


def find_bare(text: Buffer) -> Iterator[EncodedFile]:
    """Yield what each run decodes to."""
    lines, at = b"\n" + text[:], 0
    for _ in range(_MOST):
        run, at = _next(lines, _FIRST_LINE, _BREAK, at)
        if at < 0:
            break
        if len(run) >= _LEAST:
            chunks = _hex(run) if _HEX.fullmatch(run) else _base64(run)
            yield EncodedFile("base64", "", chunks, is_marked=False)
    if text.find(b"~") >= 0:  # a single byte is found many times faster than two
        for _, found in zip(range(_MOST), _ASCII85.finditer(text), strict=False):
            yield EncodedFile("ascii85", "", _ascii85(found["run"]), is_marked=False)


def find_inline(text: Buffer) -> Iterator[EncodedFile]:
    """Yield what stands in the middle of a line: values of calendars and address cards, literals of scripts."""
    at = 0 if b"BEGIN:V" in text[:_HEAD].upper() else len(text)
    for _ in range(_MOST):
        run, at = _next(text, _IN_CARDS, _UNFOLDED, at)
        if at < 0:
            break
        yield EncodedFile("value", "", _base64(run), is_marked=False)
    if text.find(b"ase64") >= 0 or text.find(b"atob") >= 0:
        for _, found in zip(range(_MOST), _IN_SCRIPTS.finditer(text), strict=False):
            yield EncodedFile("literal", "", _base64(found["run"]), is_marked=False)


def _next(text: Buffer, begin: re.Pattern[bytes], stop: re.Pattern[bytes], at: int) -> tuple[bytes, int]:
    """Return the next run from `at` and where it ends; -1 where there is none."""
    found = begin.search(text, at)
    end = stop.search(text, found.end()) if found else None
    return (text[found.end() : end.start()], end.start()) if found and end else (b"", -1)


def _base64(run: bytes) -> Iterator[bytes]:
    carry = b""
    for at in range(0, len(run), _CHUNK):
        digits = carry + run[at : at + _CHUNK].translate(None, _BLANKS + b"=")
        cut = len(digits) & ~3
        carry = digits[cut:]
        yield pybase64.b64decode(digits[:cut])
    if len(carry) > 1:
        yield pybase64.b64decode(carry + b"=" * (-len(carry) % 4))


def _hex(run: bytes) -> Iterator[bytes]:
    digits = run.translate(None, _BLANKS)
    yield bytes.fromhex(digits[: len(digits) & ~1].decode("ascii"))


def _ascii85(run: bytes) -> Iterator[bytes]:
    digits = run.translate(None, b" \t\r\n\f\v").replace(b"z", b"!!!!!")
    for at in range(0, len(digits), _GROUPS):
        yield base64.a85decode(digits[at : at + _GROUPS])
