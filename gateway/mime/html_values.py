"""URLs inside the values of attributes: whole values, lists of pictures, styles and refreshes."""

import re
from collections.abc import Iterator

from gateway.model.span import Span

_WHOLE = frozenset(
    (b"href", b"src", b"background", b"poster", b"data", b"cite", b"longdesc", b"xlink:href", b"lowsrc", b"dynsrc")
)
_LISTS = frozenset((b"srcset", b"imagesrcset"))
URLS = _WHOLE | _LISTS | {b"style", b"content"}
"""Attributes in which URLs stand, whatever the element. Where a form is sent to is no link to a file."""
_RUN = re.compile(rb"[^\t\n\f\r ]+")
_QUOTE = rb"(?:[\"']|&quot;|&apos;|&#0{0,6}3[49];)"
_CHAR = rb"(?!" + _QUOTE + rb")"
_BLANKS = rb"[\t\n\f\r ]*"
_STYLE = re.compile(
    rb"url\(%s%s?((?:%s[^\t\n\f\r ()\\]){1,4096})(?=%s|%s\))" % (_BLANKS, _QUOTE, _CHAR, _QUOTE, _BLANKS), re.IGNORECASE
)
_REFRESH = re.compile(
    rb"%s[0-9.]*(?:%s[;,]|[\t\n\f\r ])%s(?:url%s=%s)?%s?((?:%s.)+)" % (*[_BLANKS] * 5, _QUOTE, _CHAR),
    re.IGNORECASE | re.DOTALL,
)


def urls_in(attribute: bytes, page: bytes, value: Span) -> Iterator[Span]:
    """Yield where the URLs of a value stand, as they are written."""
    if attribute in _WHOLE:
        yield value
    elif attribute in _LISTS:
        yield from _candidates(page, value)
    elif attribute == b"style":
        for found in _STYLE.finditer(page, value.start, value.end):
            yield Span(*found.span(1))
    elif refresh := _REFRESH.match(page, value.start, value.end):
        yield Span(*refresh.span(1))


def _candidates(page: bytes, value: Span) -> Iterator[Span]:
    """Yield the URLs of an image candidate list (HTML, section 4.8.4.2.1)."""
    at = value.start
    while run := _RUN.search(page, at, value.end):
        start = run.end() - len(run[0].lstrip(b","))
        bare = start + len(run[0].strip(b","))
        at = run.end()
        if start == bare:
            continue
        yield Span(start, bare)
        if bare == at and (at := page.find(b",", at, value.end)) < 0:
            return
