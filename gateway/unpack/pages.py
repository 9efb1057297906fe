"""HTML and SVG: the files that stand in data: addresses (RFC 2397), and scripts that build some.

The same for a page that is a body and for one that is a file. A page without either costs a few searches.
"""

import html
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

import pybase64

from gateway.filetype.identified import Note
from gateway.filetype.pagescripts import drawing_notes, page_notes
from gateway.model.artifact import Role
from gateway.unpack.budget import Budget
from gateway.unpack.opener import Member, Unreadable

_MARKS = (b"data:", b"script", b"onload", b"onerror")
_SVG_MARKS = (*_MARKS, b"foreignobject", b"<!entity", b" on", b"<iframe", b"<embed", b"<object")
_BLANKS = b"\t\r\n\0"
"""Browsers drop them anywhere in an address."""
_HIDDEN = re.compile(
    rb"&(?:#0{0,8}(?:9|1[03]|58|6[5-9]|[78]\d|9[0789]|1[01]\d|12[0-2])(?!\d)"
    rb"|#[xX]0{0,8}(?:[9aAdD]|3[aA]|[46][1-9a-fA-F]|[57][0-9aA])(?![0-9a-fA-F])|colon;|Tab;|NewLine;)"
)
"""References to ASCII letters, colons and blanks, which nobody needs to write so."""
_SCHEME = b"data:"
_HEAD = re.compile(
    rb"(?P<type>[a-z0-9!#$&.+^_-]{1,80}/[a-z0-9!#$&.+^_*-]{1,120})?"
    rb"(?P<params>(?:\s{0,3};[^,;\"'<>]{0,120}){0,6}?)(?P<base64>\s{0,3};\s{0,3}base64\s{0,3})?,",
    re.IGNORECASE,
)
_BEFORE = b"\"'`(=,"
_TO = {b'"': b'"', b"'": b"'", b"`": b"`", b"(": b")"}
_UNQUOTED = re.compile(rb"[^\s\"'<>]*+")
_DIGITS = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"))
_DOWNLOAD = re.compile(
    rb"download\s{0,9}=\s{0,9}(?:\"([^\"]{1,300})\"|'([^']{1,300})'|([^\s>\"']{1,300}))", re.IGNORECASE
)
_TAG = 2000
_MOST = 16 * 1024 * 1024
"""Of one page: it is held several times while it is searched."""
_SHOWN = frozenset((b"", b"text/css", b"text/plain"))
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def open_page(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
    """Give the files inside a page."""
    for text in _readings(view):
        yield from page_notes(text.lower())
        yield from _files(text.translate(None, _BLANKS), budget)


def open_drawing(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:  # noqa: ARG001
    """Give the files inside an SVG, and what runs in it."""
    for text in _readings(view):
        yield from drawing_notes(text.lower())
        yield from _files(text.translate(None, _BLANKS), budget)


def holds_more(view: memoryview, media_type: str) -> bool:
    """Tell whether a page or drawing may be more than what it shows; cheap, and true for a few that are not."""
    if len(view) > _MOST:
        return True
    text = _as_ascii(view)
    lowered = text.lower().translate(None, _BLANKS)
    marks = _SVG_MARKS if media_type == "image/svg+xml" else _MARKS
    return any(lowered.find(mark) >= 0 for mark in marks) or _HIDDEN.search(text) is not None


def _readings(view: memoryview) -> Iterator[bytes]:
    """Yield the text, and again with its character references resolved, as in srcdoc twice."""
    if len(view) > _MOST:
        raise Unreadable(f"a page of more than {_MOST} bytes")
    text = _as_ascii(view)
    yield text
    if b"srcdoc" in text.lower() or _HIDDEN.search(text):
        resolved = html.unescape(html.unescape(text.decode("latin-1")))
        yield resolved.encode("latin-1", "replace")


def _as_ascii(view: memoryview) -> bytes:
    codec = _UTF16.get(bytes(view[:2]))
    return bytes(view) if codec is None else str(view, codec, "replace").encode("utf-8", "replace")


def _files(text: bytes, budget: Budget) -> Iterator[Member]:
    lowered = text.lower()
    at = lowered.find(_SCHEME)
    while at >= 0:
        budget.spend_time()
        start, before = at, text[max(0, at - 20) : at].rstrip()[-1:]
        found = _HEAD.match(text, at + len(_SCHEME))
        at += 1
        if found is not None and (not before or before in _BEFORE):
            at = _end(text, found.end(), before)
            yield from _file(text, found, start, at)
        at = lowered.find(_SCHEME, at)


def _file(text: bytes, found: re.Match[bytes], start: int, stop: int) -> Iterator[Member]:
    content = _decoded(text[found.end() : stop], is_base64=found["base64"] is not None)
    if content:
        declared = (found["type"] or b"").lower()
        names = _download(text, start, stop)
        role = Role.BODY if declared in _SHOWN and not names else Role.MEMBER
        yield Member(names, (content,), role=role, declared=declared.decode("ascii"))


def _end(text: bytes, start: int, quote: bytes) -> int:
    """Return where the address ends: at its closing sign, else at the first blank."""
    closing = _TO.get(quote)
    end = text.find(closing, start) if closing else -1
    if end >= 0:
        return end
    found = _UNQUOTED.match(text, start)
    return found.end() if found else start


def _decoded(data: bytes, *, is_base64: bool) -> bytes:
    plain = unquote_to_bytes(data) if b"%" in data else data
    if not is_base64:
        return plain
    digits = plain.translate(None, _DIGITS).replace(b"-", b"+").replace(b"_", b"/")
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    return pybase64.b64decode(digits + b"=" * (-len(digits) % 4))


def _download(text: bytes, start: int, stop: int) -> tuple[str, ...]:
    """Return the name under which the address would be saved, if its element says one."""
    opened = text.rfind(b"<", max(0, start - _TAG), start)
    closed = text.find(b">", stop, stop + _TAG)
    around = text[max(opened, 0) : start] + b" " + text[stop : closed if closed >= 0 else stop]
    found = _DOWNLOAD.search(around) if opened >= 0 else None
    return (next(filter(None, found.groups())).decode("utf-8", "replace"),) if found else ()
