"""Where in a page a link to certain hosts may stand, at the speed of a search; everything else can be skipped.

A browser sees a host only where its name stands, or where something in the place of a host is written in another way:
with percent signs, references, line breaks or characters beyond ASCII.
"""

import re
from collections.abc import Iterable

_AUTHORITY = rb"[^\x00-\x20\"'<>/\\?#%&\x7f-\xff]{0,2000}[%&\t\r\n\x80-\xff]"
_HIDDEN = tuple(
    map(
        re.compile,
        (
            rb"//" + _AUTHORITY,
            rb"\\[/\\]?" + _AUTHORITY,
            rb"[ps][\t\r\n]*:[/\\]?" + _AUTHORITY,
            rb"&(?:#|colon;|sol;|bsol;|tab;|newline;)",
        ),
    )
)
"""A host that is not plain; and signs around a host that are not. In lower case."""
_TEXT_ONLY = rb"script|style|title|textarea|xmp|iframe|noembed|noframes|plaintext"
_NAME = rb"[a-z][^\t\n\f\r />\"'=]*(?=[\t\n\f\r />])"
_VALUE = rb"(?<![\t\n\f\r /\"'])=(?:\"[^\"]*\"|'[^']*'|[^\t\n\f\r \"'>=]+(?=[\t\n\f\r >]))"
PLAIN = re.compile(
    rb"(?:[^<]+|<(?!(?:%s|base)[\t\n\f\r />])/?%s[^>\"'=]*(?:%s[^>\"'=]*)*>){0,1000}" % (_TEXT_ONLY, _NAME, _VALUE),
    re.IGNORECASE,
)
"""Text, and tags whose values are quoted as they should be, behind which the page goes on as markup."""
_BASE = re.compile(rb"<base[\t\n\f\r />]", re.IGNORECASE)


class Hints:
    """Places in one page that every tag with a link to one of the hosts has, and few others."""

    def __init__(self, page: bytes, hosts: Iterable[str]) -> None:
        """Look for `hosts`, which are A-labels."""
        self._page = page.lower()
        names = (re.compile(re.escape(one.encode())) for one in hosts)
        self._next = {pattern: self._found(pattern, 0) for pattern in (*names, *_HIDDEN)}

    def next(self, at: int) -> int:
        """Return the first place from `at` on; the end of the page where there is none."""
        for pattern, place in self._next.items():
            if place < at:
                self._next[pattern] = self._found(pattern, at)
        return min(self._next.values())

    def _found(self, pattern: re.Pattern[bytes], at: int) -> int:
        found = pattern.search(self._page, at)
        return found.start() if found else len(self._page)


def has_base(page: bytes) -> bool:
    """Tell whether links of the page may stand on something else than what they say."""
    return _BASE.search(page) is not None
