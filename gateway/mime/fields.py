"""A header block as spans: where it ends, which fields it has, what is odd about it.

Lines end with CR LF; a bare LF ends a line too, for messages that come from files. Nothing is decoded and
nothing is dropped: every byte of the block lies in `head`, whether or not it belongs to a field.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.mime.buffer import Buffer
from gateway.model.finding import FindingKind
from gateway.model.limits import Limits
from gateway.model.message import HeaderField
from gateway.model.span import Span

STRUCTURAL = frozenset({b"content-type", b"content-transfer-encoding", b"content-disposition", b"mime-version"})
"""Fields that decide how the bytes after the header are read."""

_DECISIVE = STRUCTURAL - {b"mime-version"}

Oddity = tuple[FindingKind, str]
"""A finding whose place the caller knows, with its detail."""

# A field with its folded lines (RFC 5322 section 2.2.3), or any other line. Without the final LF.
_LINE = re.compile(rb"([!-9;-~]++)([ \t]*+):([^\n]*+(?:\n[ \t][^\n]*+)*)\n?|[^\n]*+\n?")
_FIELD_START = re.compile(rb"[!-9;-~]++[ \t]*+:")
_MBOX_LINE = re.compile(rb">?From [^\n]*\n")
_BLANK_FOLD = re.compile(rb"\n[ \t]+\r?\n")
_LINE_END = re.compile(rb"\r?\n")
_ORDINARY = bytes((*b"\t\r\n", *range(0x20, 0x7F)))
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
# A continuation line that is a structural field for readers that do not unfold; not a list of field names (DKIM).
_FOLDED_FIELD = re.compile(
    rb"\n[ \t]+Content-(?:Type[ \t]*:[ \t]*[\w.-]+/|Transfer-Encoding[ \t]*:[ \t]*(?:base64|quoted-p))", re.IGNORECASE
)
# In a value that is no UTF-8, a backslash behind an 8-bit byte is half a character to some readers (Shift JIS, GBK).
_HALF_CHARACTER = re.compile(rb"[\x80-\xff]\\[\"\\]")
_ISO_2022 = re.compile(rb"\x1b(?:\$[@BA]|\([BJI]|\$\([CDG])")
_NAME_VALUE = re.compile(rb"\b(?:file)?name(?:\*[0-9]*\*?)?[ \t]*=[ \t]*(\"(?:[^\"\\]|\\.)*\"|[^;]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Header:
    """One header block."""

    head: Span
    """With the blank line that ends it, if there is one; empty where the part starts with its text."""
    fields: tuple[HeaderField, ...]
    oddities: tuple[Oddity, ...]


def read_header(data: Buffer, span: Span, limits: Limits, most_fields: int) -> Header:
    """Read the header block at the start of `span`, at most `most_fields` fields of it."""
    first = _MBOX_LINE.match(data, span.start, span.end)
    start = first.end() if first else span.start
    end = _end_of_head(data, start, span.end)
    if start < end and not _starts_header(data, start, end):
        return Header(Span(span.start, span.start), (), _headless(data, start, min(end, start + limits.header)))
    stop = min(end, start + limits.header)
    oddities: list[Oddity] = []
    if stop < end:
        oddities.append((FindingKind.HEADER_TOO_LARGE, f"{end - start} bytes"))
    fields = _fields(data, start, stop, most_fields, oddities)
    block = data[start:stop]
    if b"\0" in block:
        oddities.append((FindingKind.NUL_IN_HEADER, ""))
    has_bare_cr = block.count(b"\r") != block.count(b"\r\n")
    if has_bare_cr:
        oddities.append((FindingKind.JUNK_HEADER_LINE, "a bare CR, which ends a line for some readers"))
    if b"\n " in block or b"\n\t" in block:
        if _FOLDED_FIELD.search(block):
            oddities.append((FindingKind.JUNK_HEADER_LINE, "a folded line that looks like a structural field"))
        oddities += _blank_folds(block, start, fields)
    if has_bare_cr or block.translate(None, _ORDINARY):
        oddities += _odd_bytes(data, fields, is_ascii=block.isascii())
    return Header(Span(span.start, end), fields, tuple(oddities))


def unfold(raw: bytes) -> bytes:
    """Take the line ends out of a folded value (RFC 5322 section 2.2.3)."""
    return _LINE_END.sub(b"", raw).strip(b" \t") if b"\n" in raw else raw.strip(b" \t\r")


def _end_of_head(data: Buffer, start: int, end: int) -> int:
    """Return the offset behind the blank line, or `end`."""
    first = data[start : min(start + 2, end)]  # what follows an empty part is not its own
    if first == b"\r\n":
        return start + 2
    if first[:1] == b"\n":
        return start + 1
    crlf = data.find(b"\n\r\n", start, end)
    bare = data.find(b"\n\n", start, end if crlf < 0 else crlf + 1)
    if bare >= 0:
        return bare + 2
    return end if crlf < 0 else crlf + 3


def _starts_header(data: Buffer, start: int, end: int) -> bool:
    return data[start : start + 1] in b"\r\n" or _FIELD_START.match(data, start, end) is not None


def _headless(data: Buffer, start: int, end: int) -> tuple[Oddity, ...]:
    """Name what a text without header does: harmless, unless a reader that looks further finds structure."""
    odd: tuple[Oddity, ...] = ((FindingKind.NO_HEADER, ""),)
    for field in re.finditer(rb"^([!-9;-~]++)[ \t]*+:", data[start:end], re.MULTILINE):
        if field[1].lower() in STRUCTURAL:
            return (*odd, (FindingKind.JUNK_HEADER_LINE, "before the first field"))
    return odd


def _fields(data: Buffer, start: int, stop: int, most: int, oddities: list[Oddity]) -> tuple[HeaderField, ...]:
    fields: list[HeaderField] = []
    junk = 0
    for line in _LINE.finditer(data, start, stop):
        name = line[1]
        if name is None:
            junk += bool(line[0].strip(b"\r\n"))
            continue
        if len(fields) >= most:
            oddities.append((FindingKind.TOO_MANY_FIELDS, f"more than {most}"))
            break
        name = name.lower()
        if line[2] and name in _DECISIVE:
            junk += 1  # some readers take "Content-Type :" for this field, others for none
        value_start, value_end = line.span(3)
        if value_end > value_start and data[value_end - 1] == 13:
            value_end -= 1
        fields.append(HeaderField(name, Span(line.start(), line.end()), Span(value_start, value_end)))
    if junk:
        oddities.append((FindingKind.JUNK_HEADER_LINE, f"{junk} lines"))
    return tuple(fields)


def _blank_folds(block: bytes, start: int, fields: tuple[HeaderField, ...]) -> Iterator[Oddity]:
    """Find a folded line of blanks only before structural fields: some readers end the header there."""
    blank = _BLANK_FOLD.search(block)
    if blank and any(field.name in STRUCTURAL and field.raw.end > start + blank.end() for field in fields):
        yield FindingKind.JUNK_HEADER_LINE, "a line of blanks before structural fields"


def _odd_bytes(data: Buffer, fields: tuple[HeaderField, ...], *, is_ascii: bool) -> Iterator[Oddity]:
    """Find 8-bit and control bytes; one oddity of a kind is enough."""
    harmless = False
    structure: list[bytes] = []
    for field in fields:
        if field.name in STRUCTURAL:
            value = unfold(data[field.value.start : field.value.end])
            if (_CONTROL.search(value) or not (is_ascii or value.isascii())) and not _is_raw_name(value):
                structure.append(field.name)
            else:
                harmless = harmless or not (is_ascii or value.isascii())
        elif not (is_ascii or harmless):
            harmless = not data[field.raw.start : field.raw.end].isascii()
    if structure:
        yield FindingKind.EIGHT_BIT_STRUCTURE, b", ".join(dict.fromkeys(structure)).decode("ascii")
    if harmless:
        yield FindingKind.EIGHT_BIT_HEADER, ""


def _is_raw_name(value: bytes) -> bool:
    """Tell whether the odd bytes are a file name in some charset; its ASCII is the same to every reader."""
    rest = _NAME_VALUE.sub(b"", value)
    if not rest.isascii() or _CONTROL.search(_ISO_2022.sub(b"", value)):
        return False
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return _HALF_CHARACTER.search(value) is None
    return True
