"""A text without the files that are uuencoded in it.

The text around them stays. Where nobody can say that what is left holds no file any more, there is no such text.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pybase64

from gateway.edit.ascii import in_ascii
from gateway.mime.compose import CRLF, quoted
from gateway.mime.decode import decoded
from gateway.mime.encodings import find_encoded
from gateway.mime.uuencode import find_blocks
from gateway.model.limits import KIB, MIB
from gateway.model.message import Part
from gateway.model.span import Span

_AS_THEY_ARE = frozenset({"7bit", "8bit", "binary"})
_MOST = 4 * MIB
"""Longer texts are not looked through again, because all other mail would wait for it."""
_MOST_QUOTED = 256 * KIB
"""Nor are shorter ones in quoted-printable, which takes the longest."""


def without_blocks(
    part: Part, original: Callable[[Span], bytes], numbers: Sequence[int], said: str
) -> tuple[tuple[Span, bytes], ...] | None:
    """Return what takes the place of spans of the message; None where all of the part must go.

    The blocks are counted from 1 in the decoded text, and `said` stands in their place.
    """
    if len(part.body) > (_MOST_QUOTED if part.encoding == "quoted-printable" else _MOST):
        return None
    body = original(part.body)
    text = b"".join(decoded(body, replace(part, body=Span(0, len(body))), []))
    blocks = list(find_blocks(text))
    if numbers[-1] > len(blocks):
        return None
    gone = [blocks[number - 1].span for number in numbers]
    note = _indented(said)
    left = b"".join(_pieces(text, gone, note))
    if _files(left) != _files(text) - len(gone):
        return None
    if part.encoding in _AS_THEY_ARE:
        notes = (note, *(b"" for _ in gone[1:]))
        return tuple((span.shift(part.body.start), one) for span, one in zip(gone, notes, strict=True))
    if part.encoding == "base64":
        return ((part.body, pybase64.encodebytes(left).replace(b"\n", CRLF)),)
    return ((part.body, quoted(left.replace(CRLF, b"\n"))),) if part.encoding == "quoted-printable" else None


def _pieces(text: bytes, gone: Sequence[Span], note: bytes) -> Iterator[bytes]:
    at = 0
    for span in gone:
        yield text[at : span.start]
        yield note if span is gone[0] else b""
        at = span.end
    yield text[at:]


def _files(text: bytes) -> int:
    return sum(1 for _ in find_encoded(text))


def _indented(said: str) -> bytes:
    """Write a notice so that no line of it can be a delimiter, or part of an encoded file."""
    return b"".join(b"  " + line + CRLF for line in in_ascii(said).splitlines() if line.strip())
