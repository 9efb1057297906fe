"""Scripts in pages that build files, and everything that runs in a drawing.

Newsletters carry left-over scripts that every mail program drops, and articles show code: only what would be
executed is looked at, and only patterns that make a file or unpack hidden code count.
"""

import re
from collections.abc import Iterator
from itertools import chain

from gateway.filetype.identified import Note
from gateway.model.finding import FindingKind

_DATA_SCRIPT = re.compile(rb"type\s*=\s*[\"']?\s*application/(?:ld\+)?json")
_HANDLER = re.compile(rb"[\s\"'/]on[a-z]{3,30}\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>\"']{1,2000})")
_URI = re.compile(rb"(?:java|vb)\s*script\s*:.{0,4096}", re.DOTALL)
_BUILDS = (
    (re.compile(rb"\bnew\s+(?:blob|file)\s*\("), re.compile(rb"createobjecturl|filereader|\.download\b|mssave")),
    (re.compile(rb"mssave(?:oropen)?blob|navigator\.save"), re.compile(rb"")),
    (
        re.compile(rb"\batob\s*\(|\batob\b\s*\]|frombase64|uint8array"),
        re.compile(
            rb"createobjecturl|\.download\b|['\"]download['\"]|document\.write|\beval\b|innerhtml|location|data:"
        ),
    ),
    (
        re.compile(rb"\beval\b|document\.write|\bfunction\s*\("),
        re.compile(rb"\bunescape\s*\(|fromcharcode|\batob\b|#@~\^"),
    ),
    (re.compile(rb"activexobject|wscript\.|scripting\.filesystem|adodb\.stream"), re.compile(rb"")),
    (
        re.compile(
            rb"[\"'`][a-z0-9+/=]{1000}|(?:\\x[0-9a-f]{2}){60}|(?:%u[0-9a-f]{4}){30}|(?:%[0-9a-f]{2}){100}"
            rb"|(?:\d{1,3}\s{0,3},\s{0,3}){200}|(?:0x[0-9a-f]{1,2}\s{0,3},\s{0,3}){100}"
        ),
        re.compile(rb""),
    ),
)
_IN_DRAWINGS = re.compile(
    rb"<(?:[a-z0-9_.-]{1,40}:)?(?:script|foreignobject|iframe|embed|object|handler|listener)\b|[\s\"'/]on[a-z]{3,30}\s*="
    rb"|(?:java|vb)script\s*:|<!entity\b"
)
_MOST = 1024 * 1024
"""Bytes of script in one page that are looked into; no honest mail holds a tenth of it."""
_BLANKS = b"\t\r\n\0"


def page_notes(page: bytes) -> Iterator[Note]:
    """Notice scripts that build a file; `page` is in lower case."""
    code = bytearray()
    # Browsers drop line ends in addresses, and writers put them into long literals.
    for piece in chain(_executed(page), _executed(page.translate(None, _BLANKS))):
        code += piece[:_MOST] + b"\n"
        if len(code) > _MOST:
            yield Note(FindingKind.ACTIVE_CONTENT, f"more than {_MOST} bytes of script")
            return
    if any(first.search(code) and then.search(code) for first, then in _BUILDS):
        yield Note(FindingKind.ACTIVE_CONTENT, "a script that builds a file or hidden code")


def drawing_notes(drawing: bytes) -> Iterator[Note]:
    """Notice whatever runs in an SVG; `drawing` is in lower case."""
    found = _IN_DRAWINGS.search(drawing) or _IN_DRAWINGS.search(drawing.translate(None, _BLANKS))
    if found is not None:
        yield Note(FindingKind.ACTIVE_CONTENT, f"SVG: {found[0].decode('latin-1').strip()[:40]}")


def _executed(page: bytes) -> Iterator[bytes]:
    """Yield what a browser would run: scripts, handlers, addresses that are scripts."""
    at = page.find(b"<script")
    while at >= 0 and (start := page.find(b">", at) + 1):
        end = page.find(b"</script", start)
        if not _DATA_SCRIPT.search(page, at, start):
            yield page[start : end if end >= 0 else start + _MOST + 1]
        at = page.find(b"<script", end) if end >= 0 else -1
    for found in _HANDLER.finditer(page):
        yield found[1]
    if page.find(b"script") >= 0:
        yield from (found[0] for found in _URI.finditer(page))
