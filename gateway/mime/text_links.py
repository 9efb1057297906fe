"""Where links stand in a plain text, and where they end as mail programs see it (RFC 3986, appendix C).

White space, quotes and angle brackets end a link, and so does punctuation that the sentence needs. A link in angle
brackets may be broken over lines; one in a text whose soft breaks leave no blank (RFC 3676, DelSp=yes) too.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from gateway.model.span import Span

MOST_LINKS = 20_000
"""Of one text."""
_MOST = 2_000
"""Bytes of a link."""
_START = re.compile(rb"(?<![A-Za-z0-9+.-])https?:(?=[/\\])", re.IGNORECASE)
_CHAR = rb"[^\x00-\x20\x7f<>\"`|^{}]"
_RUN = re.compile(_CHAR + rb"{1,%d}" % _MOST)
_BRACKETED = re.compile(_CHAR + rb"{1,200}(?:\r?\n[ \t]{0,8}" + _CHAR + rb"{1,200}){1,9}(?=>)")
_DELSP = re.compile(_CHAR + rb"{1,200}(?: \r?\n" + _CHAR + rb"{1,200}){1,9}")
_CLOSERS = {")": "(", "]": "["}
_PUNCTUATION = frozenset(".,;:!?'*")
_FULL_STOPS = "\u3001\u3002\uff0c\uff0e\uff1b\uff1a\uff01\uff1f"
"""As Chinese and Japanese write them, without a blank behind."""
_ENDS = frozenset(("Zs", "Zl", "Zp", "Cc", "Pi", "Pf", "Ps", "Pe"))
"""Categories of characters beyond ASCII that end a link: blanks, quotes, brackets."""


@dataclass(frozen=True, slots=True)
class TextLink:
    """A URL in a text."""

    span: Span
    url: str


def links_in_text(text: bytes, charset: str, *, has_delsp: bool = False) -> Iterator[TextLink]:
    """Yield the links of a text in their order, the first `MOST_LINKS` of them."""
    at = 0
    for _ in range(MOST_LINKS):
        start = _START.search(text, at)
        if start is None:
            return
        raw = _raw(text, start.start(), has_delsp=has_delsp)
        at = max(start.end(), start.start() + len(raw))
        try:
            said = raw.decode(charset)
            bare = said[: _end_of(said)]
            size = len(bare.encode(charset))
        except (UnicodeError, LookupError):
            continue
        if len(raw) < _MOST:
            yield TextLink(Span(start.start(), start.start() + size), "".join(bare.split()))


def _raw(text: bytes, at: int, *, has_delsp: bool) -> bytes:
    """Return what may belong to the link, with the line breaks in it."""
    broken = _BRACKETED.match(text, at) if text[at - 1 : at] == b"<" else None
    broken = broken or (_DELSP.match(text, at) if has_delsp else None)
    found = broken or _RUN.match(text, at)
    return found[0] if found else b""


def _end_of(said: str) -> int:
    """Return the length of the link without the punctuation of the sentence around it."""
    end = next((at for at, char in enumerate(said) if char > "\x7f" and _is_end(char)), len(said))
    opened = {one: said.count(one, 0, end) for one in "()[]"}
    while end:
        last = said[end - 1]
        if last in _CLOSERS and opened[last] > opened[_CLOSERS[last]]:
            opened[last] -= 1
        elif last not in _PUNCTUATION and not (last > "\x7f" and unicodedata.category(last).startswith("P")):
            break
        end -= 1
    return end


@lru_cache(maxsize=256)
def _is_end(char: str) -> bool:
    return unicodedata.category(char) in _ENDS or char in _FULL_STOPS
