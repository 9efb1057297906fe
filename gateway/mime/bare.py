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
_CHUNK = 64 * 1024
_GROUPS = 5 * 4096
_RUN = re.compile(
    rb"\n[ \t]*+(?P<run>[A-Za-z0-9+/]{24}[A-Za-z0-9+/]*+={0,2}[ \t\r]*+"
    rb"(?:\n[ \t]*+[A-Za-z0-9+/]++={0,2}[ \t\r]*+(?=\n|\Z))*+)(?=\n|\Z)"
)
_ASCII85 = re.compile(rb"<~(?P<run>[!-uz\s]{24,}+)~>")
_HEX = re.compile(rb"[0-9A-Fa-f\s]*+")
_BLANKS = b" \t\r\n"


def find_bare(text: Buffer) -> Iterator[EncodedFile]:
    """Yield what each run decodes to."""
    for _, found in zip(range(_MOST), _RUN.finditer(b"\n" + text[:]), strict=False):
        run = found["run"]
        if len(run) >= _LEAST:
            chunks = _hex(run) if _HEX.fullmatch(run) else _base64(run)
            yield EncodedFile("base64", "", chunks, is_marked=False)
    if text.find(b"<~") >= 0:
        for _, found in zip(range(_MOST), _ASCII85.finditer(text), strict=False):
            yield EncodedFile("ascii85", "", _ascii85(found["run"]), is_marked=False)


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
    digits = run.translate(None, _BLANKS + b"\f\v").replace(b"z", b"!!!!!")
    for at in range(0, len(digits), _GROUPS):
        yield base64.a85decode(digits[at : at + _GROUPS])
