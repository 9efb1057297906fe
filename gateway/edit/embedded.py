"""A text without the files that stand encoded in it.

The text around them stays. Where nobody can say that what is left holds no file any more, there is no such text.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import pybase64

from gateway.edit.ascii import in_ascii
from gateway.mime.compose import CRLF, quoted
from gateway.mime.decode import decoded
from gateway.mime.encodedfile import EncodedFile
from gateway.mime.encodings import find_encoded
from gateway.model.limits import KIB, MIB
from gateway.model.message import Part
from gateway.model.span import Span

_AS_THEY_ARE = frozenset({"7bit", "8bit", "binary"})
_MOST = 1 * MIB
"""Longer texts are not looked through again, because all other mail would wait for it."""
_MOST_QUOTED = 256 * KIB
"""Nor are shorter ones in quoted-printable, which takes the longest."""


def without_blocks(
    part: Part, original: Callable[[Span], bytes], names: Collection[str], said: str
) -> tuple[tuple[Span, bytes], ...] | None:
    """Return what takes the place of spans of the message; None where all of the part must go.

    `names` are those of the files as places write them, such as "uu:1"; `said` stands in the place of the first.
    """
    if len(part.body) > (_MOST_QUOTED if part.encoding == "quoted-printable" else _MOST):
        return None
    body = original(part.body)
    text = b"".join(decoded(body, replace(part, body=Span(0, len(body))), []))
    files = list(find_encoded(text))
    gone = sorted(span for name, span in _spans(files) if name in names)
    if len(gone) < len(names) or any(one.overlaps(other) for one, other in pairwise(gone)):
        return None
    note = _indented(said)
    left = b"".join(_pieces(text, gone, note))
    may_stay = _kinds(files) - Counter((name.partition(":")[0], True) for name in names)
    if not _kinds(find_encoded(left)) <= may_stay:
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


def _spans(files: Iterable[EncodedFile]) -> Iterator[tuple[str, Span]]:
    """Yield where files stand, with the names that their places have."""
    numbers: Counter[str] = Counter()
    for one in files:
        if one.is_marked and one.span is not None:
            numbers[one.coding] += 1
            yield f"{one.coding}:{numbers[one.coding]}", one.span


def _kinds(files: Iterable[EncodedFile]) -> Counter[tuple[str, bool]]:
    """Count files by encoding, apart from those that only their content can tell."""
    return Counter((one.coding, one.is_marked) for one in files)


def _indented(said: str) -> bytes:
    """Write a notice so that no line of it can be a delimiter, or part of an encoded file."""
    return b"".join(b"  " + line + CRLF for line in in_ascii(said).splitlines() if line.strip())
