"""Parts of documents that are XML, searched as a stream: fields that start programs, macros, actions, entities.

No XML parser runs here, so nothing is expanded. A part is cut only before a tag; numbers of characters are written
out first, because parsers read them so.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Final

from gateway.filetype.identified import Note
from gateway.model.finding import FindingKind
from gateway.unpack.budget import Budget
from gateway.unpack.office_links import is_elsewhere
from gateway.unpack.opener import Unreadable

_WIDE: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
_ENCODING = re.compile(rb"\s*<\?xml\s[^>]{0,100}?\bencoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_KNOWN = re.compile(rb"(?:utf-?8|utf-?16(?:[lb]e)?|us-ascii|ascii|iso-8859-\d+|windows-125\d)", re.IGNORECASE)
_NUMBERED = re.compile(rb"&#(?:[xX]0{0,8}([0-9A-Fa-f]{1,2})|0{0,8}([0-9]{1,3}));")
_MARKUP: Final = frozenset(b"<>&\"'")
_MOST_WINDOW: Final = 1024 * 1024
_KEPT: Final = 4096
"""Bytes of a field's instruction that may stand in earlier pieces of a part."""

_FIELD = re.compile(
    rb"<(?:[\w.-]{1,20}:)?(?:fldChar\b[^<>]*?fldCharType\s*=\s*[\"'](begin|end)"
    rb"|instrText\b[^<>]*>([^<]*+)|fldSimple\b[^<>]*?instr\s*=\s*(?:\"([^\"<]*+)\"|'([^'<]*+)'))"
)
_DDE = re.compile(
    rb"\x13(?:\s|\"|&quot;|\\)*DDE(?:AUTO)?\b|\bQUOTE(?:\s|\"|&quot;)+(?:\d{2,3}(?:\s|\"|&quot;)+){3}", re.IGNORECASE
)
"""The field itself, or one that puts its name together from numbers of characters."""
_LINKED = re.compile(rb"\x13\s*(?:LINK|INCLUDETEXT)\s[^\x13\x15]{0,500}?(?:https?:|mhtml:|script:)", re.IGNORECASE)

_TELLING: tuple[tuple[bytes, re.Pattern[bytes], Note], ...] = (
    (b"<!", re.compile(rb"<!ENTITY|<!DOCTYPE[^<>\[]*\["), Note(FindingKind.CONTAINER_UNREADABLE, "entities in XML")),
    (b"ddeLink", re.compile(rb"<(?:[\w.-]{1,20}:)?ddeLink\b"), Note(FindingKind.DDE_FIELD, "ddeLink")),
    (
        b"|",
        re.compile(rb"<(?:[\w.-]{1,20}:)?f\b[^<>]*>[^<]{0,8192}?\w\|(?:'|&apos;|&#39;)[^<!|]{0,400}!"),
        Note(FindingKind.DDE_FIELD, "formula"),
    ),
    (b"dde-", re.compile(rb"<\w{1,20}:dde-(?:source|connection|link)\b"), Note(FindingKind.DDE_FIELD, "dde-source")),
    (
        b"ppaction:",
        re.compile(rb"ppaction://(?:program|macro)", re.IGNORECASE),
        Note(FindingKind.ACTIVE_CONTENT, "ppaction"),
    ),
    (b":ocx", re.compile(rb"<ax:ocx\b"), Note(FindingKind.ACTIVE_CONTENT, "ActiveX control")),
    (b"script:", re.compile(rb"[\"']\s*vnd\.sun\.star\.script:"), Note(FindingKind.MACRO_CODE, "call of a macro")),
    (b"macro:", re.compile(rb"[\"']\s*macro:"), Note(FindingKind.MACRO_CODE, "call of a macro")),
    (
        b"acrosheet",
        re.compile(rb"ContentType\s*=\s*[\"'][^\"'<]*(?:intlM|m)acrosheet", re.IGNORECASE),
        Note(FindingKind.MACRO_CODE, "macro sheet"),
    ),
    (
        b"vbaProject",
        re.compile(rb"ContentType\s*=\s*[\"'][^\"'<]*vbaProject"),
        Note(FindingKind.MACRO_CODE, "macro code"),
    ),
    (
        b"encryption-data",
        re.compile(rb"<manifest:encryption-data\b"),
        Note(FindingKind.CONTAINER_ENCRYPTED, "document"),
    ),
)
_LOADED = re.compile(
    rb"<(?:draw:(?:object|object-ole|applet|plugin|floating-frame)|text:section-source|meta:auto-reload)\b"
    rb"[^<>]*?\bxlink:href\s*=\s*[\"']([^\"'<]*)"
)


def xml_notes(chunks: Iterable[bytes | memoryview], budget: Budget) -> Iterator[Note]:
    """Look for what is active in one part."""
    fields = bytearray()
    for window in _windows(chunks, budget):
        for mark, pattern, note in _TELLING:
            if mark in window and pattern.search(window):
                yield note
        if b"xlink:href" in window:
            targets = (one.decode("utf-8", "replace") for one in _LOADED.findall(window))
            yield from (Note(FindingKind.EXTERNAL_TEMPLATE, one[:120]) for one in targets if is_elsewhere(one))
        if b"instr" in window or b"fldChar" in window:
            fields += _fields(window)
            yield from field_notes(bytes(fields))
            del fields[:-_KEPT]


def field_notes(fields: bytes) -> Iterator[Note]:
    """Judge the instructions of fields, each behind the sign 0x13."""
    if _DDE.search(fields):
        yield Note(FindingKind.DDE_FIELD, "field")
    if _LINKED.search(fields):
        yield Note(FindingKind.EXTERNAL_TEMPLATE, "field")


def _fields(window: bytes) -> bytes:
    """Put the instructions of fields together, which may be split over many runs."""
    marks = {b"begin": b"\x13", b"end": b"\x15", b"": b""}
    return b"".join(
        marks[mark] + text + (b"\x13" + simple + b"\x15" if simple else b"")
        for mark, text, one, other in _FIELD.findall(window)
        for simple in (one or other,)
    )


def _windows(chunks: Iterable[bytes | memoryview], budget: Budget) -> Iterator[bytes]:
    """Yield the part in pieces that begin with a tag, in UTF-8."""
    held = b""
    for piece in _narrow(chunks):
        budget.spend_bytes(len(piece))
        held += piece
        if len(held) >= _MOST_WINDOW:
            cut = held.rfind(b"<")
            if cut <= 0:
                raise Unreadable("a part of the document without tags")
            yield _written_out(held[:cut])
            held = held[cut:]
    yield _written_out(held)


def _narrow(chunks: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """Yield UTF-8 for UTF-16; other encodings of XML must be such that its signs are ASCII."""
    pieces = iter(chunks)
    head = bytes(next(pieces, b""))
    codec = _WIDE.get(head[:2])
    if codec is None:
        named = _ENCODING.match(head.removeprefix(b"\xef\xbb\xbf"))
        if named is not None and _KNOWN.fullmatch(named[1]) is None:
            raise Unreadable("XML in an unusual encoding")
        yield head
        yield from map(bytes, pieces)
        return
    decoder = codecs.getincrementaldecoder(codec)("replace")
    yield decoder.decode(head).encode("utf-8", "replace")
    for piece in pieces:
        yield decoder.decode(bytes(piece)).encode("utf-8", "replace")


def _written_out(window: bytes) -> bytes:
    return _NUMBERED.sub(_sign, window) if b"&#" in window else window


def _sign(found: re.Match[bytes]) -> bytes:
    number = int(found[1], 16) if found[1] else int(found[2])
    return bytes((number,)) if number < 128 and number not in _MARKUP else found[0]
