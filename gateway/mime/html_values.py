"""URLs in the values of attributes, where they are links that a reader follows.

What a page loads by itself (pictures, styles, backgrounds) is no link: an attachment domain in its place would be
asked whenever somebody opens the mail.
"""

import re
from collections.abc import Iterator

from gateway.model.span import Span

URLS = frozenset((b"href", b"xlink:href", b"content"))
"""Attributes in which such URLs stand. Where a form is sent to is no link to a file."""
_FOLLOWED = frozenset((b"a", b"area", b"base"))
_QUOTE = rb"(?:[\"']|&quot;|&apos;|&#0{0,6}3[49];)"
_BLANKS = rb"[\t\n\f\r ]*"
_REFRESH = re.compile(
    rb"%s[0-9.]*(?:%s[;,]|[\t\n\f\r ])%s(?:url%s=%s)?%s?((?:(?!%s).)+)" % (*[_BLANKS] * 5, _QUOTE, _QUOTE),
    re.IGNORECASE | re.DOTALL,
)


def urls_in(tag: bytes, attribute: bytes, page: bytes, value: Span) -> Iterator[Span]:
    """Yield where the URL of a value stands, as it is written; `content` must be that of a refresh."""
    if attribute == b"content":
        if tag == b"meta" and (refresh := _REFRESH.match(page, value.start, value.end)):
            yield Span(*refresh.span(1))
    elif tag in _FOLLOWED or tag.startswith(b"v:"):  # Outlook's shapes
        yield value
