"""What a client sends: command lines, and the raw pieces of DATA between them.

Only CR LF ends a command (RFC 5321 section 2.3.8). A line that ends in a bare LF is read to that LF, so that
it can be answered at once, and refused.
"""

import asyncio
import re

from gateway.model.errors import Refused
from gateway.model.limits import KIB
from gateway.model.reply import BAD_LINE
from gateway.wire.proxy_protocol import ProxyHeader, parse

_PIECE = 256 * KIB
_CONTROLS = re.compile(rb"[\x00-\x1f\x7f]")
_HELLO = re.compile(r"\[?[A-Za-z0-9_.:-]{1,255}\]?")


class Incoming:
    """Reads ahead of the commands, because clients pipeline."""

    def __init__(self, reader: asyncio.StreamReader, max_line: int) -> None:
        self._reader = reader
        self._max_line = max_line
        self._ahead = bytearray()

    @property
    def has_line(self) -> bool:
        """Tell whether the next command is here already."""
        return b"\n" in self._ahead

    @property
    def has_any(self) -> bool:
        """Tell whether anything is here already."""
        return bool(self._ahead)

    def begins_with(self, octets: bytes) -> bool:
        """Tell whether what is here begins so."""
        return self._ahead.startswith(octets)

    async def proxy_header(self) -> ProxyHeader:
        """Return the PROXY header that must come first. Raises `BadProxyHeader`, EOFError at the end."""
        while (header := parse(bytes(self._ahead))) is None:
            self._ahead += await self._read()
        del self._ahead[: header.length]
        return header

    async def comes_within(self, seconds: float) -> bool:
        """Tell whether anything comes in that time. Raises EOFError at the end."""
        try:
            async with asyncio.timeout(seconds):
                self._ahead += await self._read()
        except TimeoutError:
            return False
        return True

    async def line(self) -> bytes:
        """Return the next line with its end. Raises `Refused` for an overlong one, EOFError at the end."""
        dropped = 0
        while (end := self._ahead.find(b"\n")) < 0:
            if len(self._ahead) > self._max_line:
                dropped += len(self._ahead)
                self._ahead.clear()
            self._ahead += await self._read()
        line = bytes(self._ahead[: end + 1])
        del self._ahead[: end + 1]
        if dropped + len(line) > self._max_line:
            raise Refused(BAD_LINE.reply(), "command line too long")
        return line

    async def piece(self, limit: int | None = None) -> bytes:
        """Return whatever comes next, at most `limit` octets. Raises EOFError at the end."""
        if limit is None:
            return self.take() if self._ahead else await self._read()
        if not self._ahead:
            self._ahead += await self._read()
        octets = bytes(self._ahead[:limit])
        del self._ahead[:limit]
        return octets

    def take(self) -> bytes:
        """Return what was read ahead, and forget it."""
        ahead = bytes(self._ahead)
        self._ahead.clear()
        return ahead

    async def _read(self) -> bytes:
        if piece := await self._reader.read(_PIECE):
            return piece
        raise EOFError

    def put_back(self, rest: bytes) -> None:
        """Take back what followed the end of data."""
        self._ahead[:0] = rest


def split_command(line: bytes) -> tuple[str, str]:
    """Return the verb in upper case and the argument. Raises `Refused` (500 5.5.2) for what is no line of text."""
    text = line.removesuffix(b"\r\n")
    if text == line or _CONTROLS.search(text):
        raise Refused(BAD_LINE.reply(), "bare LF or control bytes in a command")
    try:
        verb, _, argument = text.decode().rstrip(" ").partition(" ")
    except UnicodeDecodeError as error:
        raise Refused(BAD_LINE.reply(), "command is not UTF-8") from error
    return verb.upper(), argument


def is_hello(name: str) -> bool:
    """Tell whether a client may call itself so; the name goes into the trace field as it is.

    QUIRK: RFC 5321 section 4.1.1.1 wants a domain or an address literal; underscores and bare names are common.
    """
    return _HELLO.fullmatch(name) is not None
