"""Where the shown part of an HTML page begins.

Knows as much of HTML as that takes: comments, and elements whose text holds no tags. Takes linear time.
"""

import re

_TEXT_ONLY = (b"style", b"script", b"title", b"textarea", b"noscript", b"xmp")
_NAME = re.compile(rb"[A-Za-z]{1,20}(?=[\s/>])")
_REST = re.compile(rb"(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_MOST_TAG = 4096
_MOST_TAGS = 5_000
"""Before the body; a page with more gets its banner before all."""


def top_of(page: bytes) -> int:
    """Return the offset behind the body's tag, or 0."""
    at = 0
    lower = page.lower()
    for _ in range(_MOST_TAGS):
        at = lower.find(b"<", at)
        if at < 0:
            return 0
        if lower.startswith(b"<!--", at):
            at = lower.find(b"-->", at + 4)
            if at < 0:
                return 0
            continue
        at += 1
        name = _NAME.match(lower, at)
        if name is None:
            continue
        if name[0] == b"body":
            rest = _REST.match(lower, name.end(), name.end() + _MOST_TAG)
            return rest.end() if rest else 0
        if name[0] in _TEXT_ONLY:
            at = lower.find(b"</" + name[0], at)
            if at < 0:
                return 0
    return 0
