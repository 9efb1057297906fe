"""A banner above the first text and the first page of a message.

Goes in before or between bytes that stay as they are; of base64 only the lines that hold the place are written anew.
Never inside something signed or encrypted, and never into a message that the message forwards.
"""

import binascii
import re
from collections.abc import Callable, Iterator

import pybase64

from gateway.edit.ascii import in_ascii
from gateway.edit.pages import top_of
from gateway.edit.removal import SEALED
from gateway.mime.charsets import as_utf8
from gateway.mime.compose import CRLF, quoted
from gateway.mime.words import is_known_charset
from gateway.model.limits import KIB
from gateway.model.message import Part
from gateway.model.notice import Notice
from gateway.model.plan import Edit
from gateway.model.span import Span

_MOST_HEAD = 256 * KIB
"""Of an encoded page in which its body is looked for; where it begins later the banner stands before all."""
_AS_THEY_ARE = frozenset({"7bit", "8bit", "binary"})
_RULE = 20
_RUN = re.compile(rb"=\r?\n|=[0-9A-Fa-f]{2}|[^=]{1,4096}")
_DIGITS = re.compile(rb"([A-Za-z0-9+/]+)\r?\n")
_SOUND = re.compile(rb"[A-Za-z0-9+/\r\n]*")


def banners(root: Part, said: Notice, original: Callable[[Span], bytes], *, eight_bit: bool) -> Iterator[Edit]:
    """Yield an insertion for the first text and the first page that are shown as the message's own."""
    wanted = {"text/plain", "text/html"}
    for part in _shown(root):
        if part.media_type not in wanted or part.names or part.disposition == "attachment":
            continue
        wanted.discard(part.media_type)
        if as_utf8(b"", part.charset) is not None or _is_headless(part):
            continue
        if part.media_type == "text/plain":
            edit = _in_text(part, said, eight_bit=eight_bit)
        else:
            edit = _in_page(part, said, original)
        if edit is not None:
            yield edit


def _shown(root: Part) -> Iterator[Part]:
    """Yield the leaves, but not those in sealed parts or other messages."""
    stack = [root]
    while stack:
        part = stack.pop()
        if part.is_multipart and part.media_type not in SEALED:
            stack.extend(reversed(part.children))
        elif not part.is_composite:
            yield part


def _is_headless(part: Part) -> bool:
    return len(part.head) == 0 and not part.path


def _in_text(part: Part, said: Notice, *, eight_bit: bool) -> Edit | None:
    lines = said.text.strip("\n").split("\n")
    text = "\n".join(" " + line if line.startswith("-") else line for line in lines) + "\n"
    may_be_8bit = part.encoding in {"base64", "quoted-printable"} or (part.encoding == "8bit" and eight_bit)
    raw = _in_charset(text, part.charset) if may_be_8bit else in_ascii(text)
    at = Span(part.body.start, part.body.start)
    return _edit(at, raw, part.encoding)


def _in_charset(text: str, charset: str) -> bytes:
    if charset and is_known_charset(charset.lower().replace("-", "_")):
        try:
            return text.encode(charset)
        except (LookupError, ValueError):
            pass
    return in_ascii(text)


def _edit(at: Span, text: bytes, encoding: str) -> Edit | None:
    what = "banner"
    if encoding == "base64":
        return Edit(at, _base64_lines(text), what)
    if encoding == "quoted-printable":
        return Edit(at, quoted(text + b"_" * _RULE + b"\n\n"), what)
    if encoding in _AS_THEY_ARE:
        return Edit(at, (text + b"_" * _RULE + b"\n\n").replace(b"\n", CRLF), what)
    return None


def _base64_lines(text: bytes) -> bytes:
    """Write lines whose bytes are a multiple of three, so that others may follow."""
    text = text.replace(b"\n", CRLF)
    rule = b"_" * (_RULE + -(len(text) + _RULE + 4) % 3)
    return pybase64.encodebytes(text + rule + CRLF + CRLF).replace(b"\n", CRLF)


def _in_page(part: Part, said: Notice, original: Callable[[Span], bytes]) -> Edit | None:
    block = said.html.strip("\n").encode("ascii", "xmlcharrefreplace") + b"\n"
    raw = original(Span(part.body.start, min(part.body.end, part.body.start + _MOST_HEAD)))
    match part.encoding:
        case "base64":
            return _in_base64(part, raw, block)
        case "quoted-printable":
            at = _quoted_place(raw)
            data = (CRLF if at else b"") + quoted(block)
        case "7bit" | "8bit" | "binary":
            at = top_of(raw)
            data = (CRLF if at else b"") + block.replace(b"\n", CRLF)
        case _:
            return None
    place = part.body.start + at
    return Edit(Span(place, place), data, "banner")


def _quoted_place(raw: bytes) -> int:
    """Return the offset in quoted-printable text of the place in what it says."""
    wanted = top_of(binascii.a2b_qp(raw))
    said = at = 0
    while said < wanted and (run := _RUN.match(raw, at)):
        size = len(run[0]) if raw[at : at + 1] != b"=" else 0 if run[0].endswith(b"\n") else 1
        step = min(size, wanted - said)
        at = at + step if size > 1 else run.end()
        said += step
    is_sound = binascii.a2b_qp(raw[:at]) == binascii.a2b_qp(raw)[:wanted]
    return at if is_sound else 0


def _in_base64(part: Part, raw: bytes, block: bytes) -> Edit | None:
    """Write the lines anew that hold the place; what follows them must begin with a whole quantum."""
    clean = _SOUND.match(raw)
    text = clean[0].translate(None, b"\r\n") if clean else b""
    said = pybase64.b64decode(text[: len(text) & ~3])
    wanted = top_of(said)
    block += b" " * (-len(block) % 3)
    end = digits = 0
    for line in _DIGITS.finditer(raw):
        if line.start() != end or (digits % 4 == 0 and digits // 4 * 3 >= wanted):
            break
        end, digits = line.end(), digits + len(line[1])
    if digits % 4 or digits // 4 * 3 < wanted:
        end = digits = wanted = 0  # a page that ends before its lines do
    held = said[: digits // 4 * 3]
    lines = pybase64.encodebytes(held[:wanted] + block + held[wanted:]).replace(b"\n", CRLF)
    return Edit(Span(part.body.start, part.body.start + end), lines, "banner")
