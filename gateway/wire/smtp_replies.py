"""SMTP replies on the wire: a strict parser for the next hop's, and the one writer of ours.

The parser takes bytes however they were cut. What is not a reply (RFC 5321 section 4.2) is an error and never
a success: a blank line, other codes within one reply, an endless line. It tolerates two things that peers do
and that cannot change the meaning: LF without CR, and lines over 512 octets. The writer never lets a control
byte of anybody's text reach a client.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from gateway.model.reply import Reply

MAX_LINE = 4096
"""RFC 5321 section 4.5.3.1.5 says 512; some hops put whole URLs with tokens into a reply."""
MAX_REPLY = 32 * 1024
"""All lines of one reply together."""
_WRITTEN_LINE = 512 - len(b"\r\n")

_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)
_STATUS = re.compile(r"([245])\.((?:0|[1-9][0-9]{0,2})\.(?:0|[1-9][0-9]{0,2}))(?: |\Z)")


class BadReply(ValueError):
    """The peer sent something that is no reply, or none that fits here; the connection is of no more use."""


class ReplyParser:
    """Collects bytes and gives complete replies, in order."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._code = b""
        self._texts: list[bytes] = []
        self._size = 0

    @property
    def is_empty(self) -> bool:
        """Tell whether no byte waits, not even of an unfinished reply."""
        return not self._buffer and not self._texts

    def feed(self, data: bytes) -> None:
        """Take the next bytes from the peer."""
        self._buffer += data

    def next_reply(self) -> Reply | None:
        """Return the next complete reply, or None until more bytes come. Raises `BadReply`; the end of this parser."""
        while (end := self._buffer.find(b"\n", 0, MAX_LINE)) >= 0:
            line = bytes(self._buffer[: end + 1])
            del self._buffer[: end + 1]
            if not self._texts and line[3:4] != b"-":
                return _of_one_line(line)
            if self._is_last(line):
                texts, self._texts, self._size = self._texts, [], 0
                return _make_reply(int(self._code), texts)
        if len(self._buffer) >= MAX_LINE:
            raise BadReply("reply line too long")
        return None

    def _is_last(self, line: bytes) -> bool:
        self._size += len(line)
        found = _read(line)
        if self._texts and found[1] != self._code:
            raise BadReply(f"codes {self._code!r} and {found[1]!r} in one reply")
        if self._size > MAX_REPLY:
            raise BadReply("reply too long")
        self._code = found[1]
        self._texts.append(found[3] or b"")
        return found[2] != b"-"


def _read(line: bytes) -> re.Match[bytes]:
    found = _LINE.fullmatch(line.removesuffix(b"\n").removesuffix(b"\r"))
    if found is None:
        raise BadReply(f"no reply: {line[:80]!r}")
    return found


@lru_cache(maxsize=256)  # hops answer nearly everything in the same words
def _of_one_line(line: bytes) -> Reply:
    found = _read(line)
    return _make_reply(int(found[1]), [found[3] or b""])


def _make_reply(code: int, texts: list[bytes]) -> Reply:
    """Take the enhanced code off the text (RFC 2034); drop one whose class contradicts the basic code.

    The first line decides; other lines lose only a repetition of the same code.
    """
    lines = [text.decode("utf-8", "replace") for text in texts]
    status = _STATUS.match(lines[0])
    if status is None:
        return Reply(code, "", tuple(lines))
    stripped = tuple(
        line[found.end() :] if (found := _STATUS.match(line)) and found.groups() == status.groups() else line
        for line in lines
    )
    return Reply(code, status[2] if int(status[1]) == code // 100 else "", stripped)


@lru_cache(maxsize=256)  # most replies of a day are the same five
def render(reply: Reply, *, utf8: bool = False) -> bytes:
    """Write a reply, at most 512 octets a line; `utf8` where the client may be sent UTF-8 (RFC 6531 section 3.7.4).

    Long lines go on in the next one, cut at a space where there is one. 3xx gets no enhanced code: RFC 3463
    knows no such class.
    """
    status = f"{reply.enhanced} ".encode() if reply.detail and not reply.is_intermediate else b""
    width = _WRITTEN_LINE - len(b"250-") - len(status)
    texts = [piece for line in reply.lines for piece in _fold(_clean(line, utf8=utf8), width)]
    more, last = b"%d-%s" % (reply.code, status), b"%d %s" % (reply.code, status)
    written = [more + text for text in texts[:-1]] + [(last + texts[-1]).rstrip(b" ")]
    return b"\r\n".join(written) + b"\r\n"


def _clean(text: str, *, utf8: bool) -> bytes:
    """Replace what may not stand in a reply: controls, line ends, bidi marks, and 8-bit unless `utf8`."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " if char.isspace() else "?" for char in text)
    return text.encode("utf-8" if utf8 else "ascii", "replace")


def _fold(text: bytes, width: int) -> Iterator[bytes]:
    start = 0
    while len(text) - start > width:
        end = text.rfind(b" ", start + 1, start + width + 1)
        if end < 0:
            end = start + width
            while text[end] & 0xC0 == 0x80:  # not inside a UTF-8 character
                end -= 1
        yield text[start:end]
        start = end + (text[end] == 0x20)
    yield text[start:]
