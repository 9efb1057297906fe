"""Boundary delimiter lines of one multipart (RFC 2046 section 5.1.1)."""

import re
from dataclasses import dataclass

from gateway.mime.buffer import Buffer
from gateway.mime.fields import Oddity
from gateway.model.finding import FindingKind
from gateway.model.span import Span

_LONGEST = 70
_LIKE_DELIMITERS = 1_000
"""Lines that only begin like a delimiter, after which nothing more is looked for: the finding stands."""
_WINDOW = 4096
"""Bytes behind a "-" in which a delimiter is looked for."""

# Wider than the RFC's list: programs write {, @ or & here, and every reader takes them as they are.
_BOUNDARY = re.compile(r"(?! )[ !#-\[\]-~]*(?<! )")
_AFTER = re.compile(rb"(--)?([ \t]*)(?:\r?\n|\Z)")


@dataclass(frozen=True, slots=True)
class Delimiters:
    """Where the parts of a multipart lie."""

    preamble: Span
    parts: tuple[Span, ...]
    """Each without the line end that belongs to the delimiter behind it."""
    epilogue: Span
    oddities: tuple[Oddity, ...]


def bad_boundary(boundary: str) -> list[Oddity]:
    """Name what makes readers differ in what they look for."""
    if boundary and len(boundary) <= _LONGEST and _BOUNDARY.fullmatch(boundary):
        return []
    return [(FindingKind.BOUNDARY_BAD, f"{len(boundary)} characters" if len(boundary) > _LONGEST else boundary)]


def find_delimiters(data: Buffer, body: Span, boundary: bytes, most: int) -> Delimiters:
    """Find the parts, at most `most` of them; the rest is then in the last one."""
    mark = b"\n--" + boundary
    starts: list[int] = []
    ends: list[int] = []
    alike = padded = 0
    closed: Span | None = None
    # The line end before the first delimiter may be that of the header's blank line.
    at = _next(data, mark, max(body.start - 1, 0), body.end)
    while at >= 0 and alike < _LIKE_DELIMITERS and closed is None and len(starts) <= most:
        after = _AFTER.match(data, at + len(mark), body.end)
        padded += bool(after and after[2])
        if after is None:
            alike += 1
        elif after[1]:
            closed = Span(_without_cr(data, at, body), after.end())
        else:
            starts.append(_without_cr(data, at, body))
            ends.append(after.end())
        at = _next(data, mark, after.end() - 1 if after else at + len(mark), body.end)
    while closed is not None and at >= 0 and (again := _AFTER.match(data, at + len(mark), body.end)) and again[1]:
        at = _next(data, mark, again.end() - 1, body.end)  # closed once more, which opens nothing
    odd = _oddities(alike, seen=bool(starts), closed=closed is not None, more=at >= 0)
    if padded:  # RFC 2046 section 5.1.1: transport padding, which readers must take
        odd.append((FindingKind.READERS_AGREE, f"white space behind {padded} boundaries"))
    return _between(body, starts, ends, closed, odd)


def _next(data: Buffer, mark: bytes, at: int, end: int) -> int:
    """Find `mark`, only where a "-" stands: base64 has none, and one byte is found many times faster than several."""
    while (dash := data.find(b"-", at, end)) >= 0:
        at = max(at, dash - 1)
        found = data.find(mark, at, min(end, at + _WINDOW + len(mark)))
        if found >= 0:
            return found
        at += _WINDOW
    return -1


def _without_cr(data: Buffer, at: int, body: Span) -> int:
    """Return where the line end begins whose LF is at `at`."""
    if at > body.start and data[at - 1] == 13:
        return at - 1
    return max(at, body.start)


def _between(body: Span, starts: list[int], ends: list[int], closed: Span | None, odd: list[Oddity]) -> Delimiters:
    last = closed or Span(body.end, body.end)
    stops = [*starts[1:], last.start]
    # Two delimiter lines in a row share the line end between them: an empty part.
    parts = tuple(Span(start, max(start, stop)) for start, stop in zip(ends, stops, strict=False))
    preamble = Span(body.start, starts[0] if starts else body.start)
    return Delimiters(preamble, parts, Span(last.end, body.end), tuple(odd))


def _oddities(alike: int, *, seen: bool, closed: bool, more: bool) -> list[Oddity]:
    odd: list[Oddity] = []
    if alike:
        odd.append((FindingKind.BOUNDARY_PREFIXED, f"{alike} lines only begin with the boundary"))
    if closed and more:
        odd.append((FindingKind.BOUNDARY_REUSED, "after the closing boundary"))
    if not seen:
        odd.append((FindingKind.BOUNDARY_NEVER_SEEN, ""))
    elif not closed and not more:
        odd.append((FindingKind.BOUNDARY_UNCLOSED, ""))
    return odd
