"""HTML, SVG, XML and the Windows scripts that look like them, by the first element that counts."""

import re

from gateway.filetype.names import HTML

_SKIPPED = re.compile(rb"(?:\s|<!--.*?(?:-->|\Z)|<\?(?!php)[^>]*>)*", re.DOTALL)
"""White space, comments and processing instructions, which may stand before the first element."""
_DOCTYPE = re.compile(rb"<!doctype\s++([a-z:]++)[^>\[]*+(?:\[[^\]]*+\]\s*+)?>", re.IGNORECASE | re.DOTALL)
_ELEMENT = re.compile(rb"<(?:([a-z_][\w.-]*):)?([a-z_][\w.-]*)(?=[\s/>])", re.IGNORECASE)
_HTML_ELEMENTS = frozenset(
    b"html head body title meta link style script base table div span p br hr h1 h2 h3 h4 h5 h6 center font a b i u"
    b" em strong img iframe frameset form ul ol dl pre blockquote object embed applet article section main".split()
)
_ROOTS = {
    b"svg": "image/svg+xml",
    b"job": "text/x-wsf",
    b"package": "text/x-wsf",
    b"scriptlet": "text/x-wsf",
    b"component": "text/x-wsf",
    b"searchconnectordescription": "application/x-ms-library",
    b"librarydescription": "application/x-ms-library",
    b"persistedquery": "application/x-ms-library",
    b"pcsettings": "application/x-ms-library",
    b"mmc_consolefile": "text/x-wsf",
    b"jnlp": "application/x-java-jnlp-file",
    b"stylesheet": "text/x-wsf",
    b"transform": "text/x-wsf",
}
_ONLY_WITH_SCRIPT = frozenset((b"package", b"component", b"stylesheet", b"transform"))
"""Roots of honest XML too; a style sheet may carry scripts (msxsl:script)."""
_BY_CONTENT = {
    b"assembly": (re.compile(rb"urn:schemas-microsoft-com:asm\.v[12]", re.IGNORECASE), "application/x-ms-application"),
    b"plist": (re.compile(rb"<key>URL</key>"), "application/x-mswinurl"),
}
_PAGE = re.compile(rb"^[ \t]*(?:<!doctype\s+html|<html[\s>]|<script[\s>]|<body[\s>])", re.IGNORECASE | re.MULTILINE)


def markup_type(head: bytes) -> str:
    """Return the type of markup that the text is; empty for prose, even if it shows some tags."""
    if b"<" not in head:
        return ""
    lowered = head.lower()
    if b"<hta:application" in lowered:
        return "application/hta"
    root = _root(head)
    if special := _special(root, head, lowered):
        return special
    if root in _HTML_ELEMENTS or _PAGE.search(head):
        return HTML
    return "text/xml" if lowered.startswith(b"<?xml") or (root and b" xmlns=" in lowered) else ""


def _special(root: bytes, head: bytes, lowered: bytes) -> str:
    """Return the type that the first element alone, or with what it holds, tells."""
    if root in _ONLY_WITH_SCRIPT and b"<job" not in lowered and b"script" not in lowered:
        return "text/xml"
    content, media_type = _BY_CONTENT.get(root, (None, ""))
    return media_type if content is not None and content.search(head) else _ROOTS.get(root, "")


def starts_as_html(head: bytes) -> bool:
    """Tell whether a body begins with HTML."""
    return b"<" in head and _root(head) in _HTML_ELEMENTS


def _root(head: bytes) -> bytes:
    """Return the name of the first element (or of the document type), lower case; empty if text comes first."""
    at = _skip(head, 0)
    if found := _DOCTYPE.match(head, at):
        if found[1].lower() == b"html":
            return b"html"
        at = _skip(head, found.end())
    element = _ELEMENT.match(head, at)
    return element[2].lower() if element else b""


def _skip(head: bytes, at: int) -> int:
    found = _SKIPPED.match(head, at)
    return found.end() if found else at
