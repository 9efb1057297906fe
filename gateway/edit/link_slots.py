"""From links in a decoded text to stretches of the raw message that can be written anew, and nothing else.

Links on one line of an encoded text share a stretch, because what the first becomes moves the second.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.mime.encoded_spans import Base64, Quoted, Unsound
from gateway.model.links import Piece, Slot
from gateway.model.span import Span

LONGEST_LINE = 998
"""Without its line end (RFC 5321 section 4.5.3.1.6)."""


@dataclass(frozen=True, slots=True)
class Found:
    """A link in a decoded text."""

    span: Span
    target: str


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a part, as it stands in the message."""

    part: str
    start: int
    """Where it begins in the message."""
    raw: bytes


def plain_slots(body: Body, links: Sequence[Found]) -> Iterator[Slot]:
    """Yield a slot for each link of a body that stands as it is."""
    raw = body.raw
    for one in links:
        start, end = one.span.start, one.span.end
        line = raw.rfind(b"\n", max(0, start - LONGEST_LINE), start) + 1
        column = start - line if line or start < LONGEST_LINE else LONGEST_LINE
        stop = raw.find(b"\n", end, end + LONGEST_LINE + 2)
        rest = len(raw[end : stop if stop >= 0 else end + LONGEST_LINE].rstrip(b"\r"))
        yield Slot(body.part, one.span.shift(body.start), "", (Piece(target=one.target),), column, rest)


def quoted_slots(body: Body, text: Quoted, links: Sequence[Found]) -> Iterator[Slot]:
    """Yield slots of a body in quoted-printable; a link at which it is damaged is left out."""
    places = []
    for one in links:
        try:
            places.append((one, text.place(one.span).span))
        except Unsound:
            continue
    for group in _by_line(body.raw, places):
        pieces: list[Piece] = []
        at = group[0][1].start
        for link, span in group:
            if at < span.start:
                pieces.append(Piece(body.raw[at : span.start]))
            pieces.append(Piece(target=link.target))
            at = span.end
        yield _slot(body, "quoted-printable", tuple(pieces), Span(group[0][1].start, at))


def base64_slots(body: Body, text: Base64, links: Sequence[Found]) -> Iterator[Slot]:
    """Yield slots of a body in base64."""
    for group in _by_line(body.raw, [(one, text.place(one.span).span) for one in links]):
        first, last = text.place(group[0][0].span), text.place(group[-1][0].span)
        pieces = [Piece(first.before)] if first.before else []
        at = group[0][0].span.start
        for link, _ in group:
            if at < link.span.start:
                pieces.append(Piece(text.text[at : link.span.start]))
            pieces.append(Piece(target=link.target))
            at = link.span.end
        if last.after:
            pieces.append(Piece(last.after))
        size = len(first.before) + at - group[0][0].span.start + len(last.after)
        yield _slot(body, "base64", tuple(pieces), Span(first.span.start, last.span.end), size)


def _by_line(raw: bytes, places: Sequence[tuple[Found, Span]]) -> Iterator[list[tuple[Found, Span]]]:
    """Group what begins on the line on which the one before ends."""
    group: list[tuple[Found, Span]] = []
    for link, span in places:
        if group and (end := group[-1][1].end) < span.start and b"\n" in raw[end : span.start]:
            yield group
            group = []
        group.append((link, span))
    if group:
        yield group


def _slot(body: Body, coding: str, pieces: tuple[Piece, ...], span: Span, size: int = 0) -> Slot:
    raw = body.raw
    line = raw.rfind(b"\n", 0, span.start) + 1
    first, stop = raw.find(b"\n", line), raw.find(b"\n", span.end)
    rest = len(raw[span.end : stop if stop >= 0 else len(raw)].rstrip(b"\r"))
    width = len(raw[line : first if first >= 0 else len(raw)].rstrip(b"\r"))
    return Slot(body.part, span.shift(body.start), coding, pieces, span.start - line, rest, max(76, width), size)
