"""Which bytes of a file a request is for (RFC 9110 sections 13 and 14): all, one range, none, or nothing new.

Several ranges in one request are answered with the whole file, which the RFC allows: nobody needs them for a download,
and thousands of overlapping ones are an attack.
"""

import re
from dataclasses import dataclass

_ONE = re.compile(r"bytes\s*=\s*([0-9]{0,19})\s*-\s*([0-9]{0,19})\s*", re.IGNORECASE)
_TAGS = 4096
"""Characters of If-None-Match that are looked at."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to before `end`."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Unsatisfiable:
    """No byte of the file is in the range: 416."""


@dataclass(frozen=True, slots=True)
class Unmodified:
    """The client has the file already: 304."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """The header fields of a request that matter here; empty for absent."""

    range: str = ""
    if_range: str = ""
    if_none_match: str = ""


def wanted(asked: Conditions, tag: str, size: int) -> Span | Unsatisfiable | Unmodified | None:
    """Return the range that is asked for; None for the whole file. `tag` is the strong validator of the content."""
    if asked.if_none_match and _names(asked.if_none_match, tag):
        return Unmodified()
    if not asked.range or (asked.if_range and asked.if_range.strip() != tag):
        return None
    found = _ONE.fullmatch(asked.range.strip())
    if found is None or not (found[1] or found[2]):
        return None
    return _resolved(found[1], found[2], size)


def _resolved(first: str, last: str, size: int) -> Span | Unsatisfiable | None:
    if not first:
        length = min(int(last), size)
        return Span(size - length, size) if length else Unsatisfiable()
    start = int(first)
    if last and int(last) < start:
        return None  # not a range at all, so there is none (section 14.1.1)
    if start >= size:
        return Unsatisfiable()
    return Span(start, min(int(last) + 1, size) if last else size)


def _names(field: str, tag: str) -> bool:
    """Compare weakly, as section 13.1.2 says."""
    if field.strip() == "*":
        return True
    return tag in (one.strip().removeprefix("W/") for one in field[:_TAGS].split(","))
