"""Where links stand in a page, byte for byte: a tokenizer that yields spans (HTML, section 13.2.5).

Reads tags as browsers do, whatever the quotes; comments, scripts and style sheets are no markup. What Outlook alone
reads ("<!--[if mso]>") is markup too. Linear, bounded by its steps, and never raises.
"""

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from gateway.mime.html_hints import PLAIN, Hints, has_base
from gateway.mime.html_values import URLS, urls_in
from gateway.mime.references import unescaped
from gateway.model.span import Span

MOST_STEPS = 200_000
"""Tags and attributes of one page; a newsletter has some thousands."""
_MOST_VALUE = 16_384
"""Bytes of a value in which links are looked for; pictures inside a page are longer."""
_LONGEST_NAME = 16
"""Of an attribute in which links stand."""
_NAME = re.compile(rb"[^\t\n\f\r />]+")
_ATTRIBUTE = re.compile(rb"[\t\n\f\r /]*([^\t\n\f\r />][^\t\n\f\r />=]*)?[\t\n\f\r ]*(=)?[\t\n\f\r ]*")
_UNQUOTED = re.compile(rb"[^\t\n\f\r >]*")
_CONDITION = re.compile(rb"\[if[^\]<>]{0,200}\]>", re.IGNORECASE)
_COMMENT_END = re.compile(rb"--!?>")
_ENDS_ANCHOR = frozenset(b"a" + one for one in (b">", b"/", b" ", b"\t", b"\n", b"\f", b"\r"))
_Way = Generator["Link", None, int]
"""Yields links; returns where to go on, -1 at the end of the page."""
_RAW = {
    name: re.compile(rb"</" + name + rb"(?=[\t\n\f\r />])", re.IGNORECASE)
    for name in (b"script", b"style", b"title", b"textarea", b"xmp", b"iframe", b"noembed", b"noframes")
}
"""Elements whose content is text only."""


@dataclass(frozen=True, slots=True)
class Link:
    """A URL in a page."""

    span: Span
    url: str
    """Without character references."""
    is_base: bool = False
    """What relative links of the page stand on; not a link itself."""


class TooLong(Exception):
    """The page has more tags than are looked at."""


def links_in_page(page: bytes, charset: str, hosts: Sequence[str] = ()) -> Iterator[Link]:
    """Yield the links of a page in their order; text inside a link that says the same URL is one too.

    With `hosts`, links that cannot lead to one of them may be left out. Raises `TooLong` behind the last step.
    """
    hints = Hints(page, hosts) if hosts and not has_base(page) else None
    if hints and hints.next(0) == len(page):
        return iter(())
    return _Tokenizer(page, charset, hints).run(0, len(page))


class _Tokenizer:
    """One page."""

    def __init__(self, page: bytes, charset: str, hints: Hints | None) -> None:
        self._page = page
        self._hints = hints
        self._charset = charset
        self._steps = 0
        self._anchor = ""
        """Where the link leads in which we are."""

    def run(self, at: int, end: int) -> Iterator[Link]:
        page = self._page
        while (at := page.find(b"<", self._skipped(at, end), end)) >= 0:
            self._step()
            kind = page[at + 1 : at + 2]
            if kind.isalpha():
                at = yield from self._start_tag(at + 1, end)
            elif kind == b"/" and page[at + 2 : at + 3].isalpha():
                at = self._end_tag(at + 2, end)
            elif kind == b"!":
                at = yield from self._declaration(at + 2, end)
            elif kind in (b"/", b"?"):
                at = page.find(b">", at + 2, end)
            else:
                at += 1
            if at < 0:
                return

    def _skipped(self, at: int, end: int) -> int:
        """Return where the first tag stands in which there may be a link, or something out of the ordinary."""
        if self._hints is None or self._anchor:
            return at
        plain = PLAIN.match(self._page, at, min(self._hints.next(at), end))
        return plain.end() if plain else at

    def _step(self) -> None:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise TooLong(f"more than {MOST_STEPS} tags and attributes")

    def _declaration(self, at: int, end: int) -> _Way:
        """Skip what begins with "<!"; return where it ends, -1 for the end of the page."""
        page = self._page
        if page.startswith(b"[CDATA[", at):
            last = page.find(b"]]>", at, end)
            return last + 3 if last >= 0 else -1
        if not page.startswith(b"--", at):
            return page.find(b">", at, end)
        at += 2
        if page.startswith((b">", b"->"), at):
            return at + 1
        close = _COMMENT_END.search(page, at, end)
        if close is None:
            return -1
        if condition := _CONDITION.match(page, at, close.start()):
            yield from self.run(condition.end(), close.start())
        return close.end()

    def _start_tag(self, at: int, end: int) -> _Way:
        """Yield the links of a tag and of the text right behind it; return where it ends, -1 for the end."""
        start, at = at, self._after_name(at, end)
        tag = self._page[start:at].lower()
        at, values = self._values(at, end)
        if at < 0:
            return -1
        for attribute, value in values.items():
            if attribute in URLS:
                yield from self._links(tag, attribute, value, values)
        if tag == b"a":
            self._anchor = self._said(values[b"href"]) if b"href" in values else ""
        if self._anchor:
            yield from self._shown(at, end)
        if tag == b"plaintext":
            return -1
        if tag in _RAW:
            close = _RAW[tag].search(self._page, at, end)
            return close.start() if close else -1
        return at

    def _values(self, at: int, end: int) -> tuple[int, dict[bytes, Span]]:
        """Return where a tag ends, and its values by the names of attributes, of which the first counts."""
        values: dict[bytes, Span] = {}
        while True:
            self._step()
            at, attribute, value = self._attribute(at, end)
            if at < 0 or not attribute:
                return at, values
            if value is not None and len(attribute) <= _LONGEST_NAME and len(value) <= _MOST_VALUE:
                values.setdefault(attribute.lower(), value)

    def _after_name(self, at: int, end: int) -> int:
        found = _NAME.match(self._page, at, end)
        return found.end() if found else at

    def _attribute(self, at: int, end: int) -> tuple[int, bytes, Span | None]:
        """Return where an attribute ends, its name, and where its value lies; an empty name at the end of the tag."""
        page = self._page
        found = _ATTRIBUTE.match(page, at, end)
        assert found is not None  # noqa: S101 - everything in it may be missing
        at, name = found.end(), found[1] or b""
        if not name:
            return (at + 1 if at < end else -1), b"", None
        if not found[2]:
            return at, name, None
        quote = page[at : at + 1] if at < end else b""
        if quote in (b'"', b"'"):
            close = page.find(quote, at + 1, end)
            return (close + 1 if close >= 0 else -1), name, Span(at + 1, close)
        value = _UNQUOTED.match(page, at, end)
        assert value is not None  # noqa: S101 - it may be empty
        return value.end(), name, Span(at, value.end())

    def _end_tag(self, at: int, end: int) -> int:
        """Return where an end tag ends."""
        if self._page[at : at + 2].lower() in _ENDS_ANCHOR:
            self._anchor = ""
        return self._values(self._after_name(at, end), end)[0]

    def _links(self, tag: bytes, attribute: bytes, value: Span, values: dict[bytes, Span]) -> Iterator[Link]:
        if attribute == b"content" and not self._is_refresh(values):
            return
        is_base = tag == b"base"
        for span in urls_in(tag, attribute, self._page, value):
            if url := self._said(span):
                yield Link(span, url, is_base)

    def _is_refresh(self, values: dict[bytes, Span]) -> bool:
        kind = values.get(b"http-equiv")
        return kind is not None and self._said(kind).strip().lower() == "refresh"

    def _said(self, span: Span) -> str:
        """Return what stands there as a browser reads it; empty where nobody can tell."""
        try:
            return unescaped(self._page[span.start : span.end].decode(self._charset))
        except (UnicodeDecodeError, LookupError):
            return ""

    def _shown(self, at: int, end: int) -> Iterator[Link]:
        """Yield the text inside a link where it is the URL of the link."""
        close = self._page.find(b"<", at, min(end, at + _MOST_VALUE))
        text = self._page[at : max(at, close)]
        start = at + len(text) - len(text.lstrip())
        span = Span(start, start + len(text.strip()))
        if len(span) and self._said(span) == self._anchor.strip():
            yield Link(span, self._anchor)
