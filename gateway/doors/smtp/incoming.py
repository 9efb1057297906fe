"""What a client sends: command lines, and the raw pieces of DATA between them.

Only CR LF ends a command (RFC 5321 section 2.3.8). A line that ends in a bare LF is read to that LF, so that
it can be answered at once, and refused. Nothing here waits: `more` of whoever reads does.
"""

import re
from collections.abc import Awaitable, Callable

from gateway.model.errors import Refused
from gateway.model.limits import KIB
from gateway.model.reply import BAD_LINE
from gateway.wire.proxy_protocol import ProxyHeader, parse

ROOM = 256 * KIB
"""Bytes that may lie here unread; whoever feeds stops reading above that. What uvloop reads at once fits."""
_COMMAND = re.compile(rb"([^\x00-\x20\x7f]*)(?: ([^\x00-\x1f\x7f]*))?\r\n")
_HELLO = re.compile(r"\[?[A-Za-z0-9_.:-]{1,255}\]?")


class Incoming:
    """Reads ahead of the commands, because clients pipeline."""

    def __init__(self, more: Callable[[], Awaitable[None]], max_line: int) -> None:
        """Call `more` where more input is needed; it returns once some was fed, and raises EOFError at the end."""
        self._more = more
        self._max_line = max_line
        self._ahead: bytes | bytearray = b""
        self._at = 0
        """Where what was not read yet begins."""

    @property
    def has_any(self) -> bool:
        """Tell whether anything is here already."""
        return self._at < len(self._ahead)

    @property
    def is_full(self) -> bool:
        """Tell whether no more should be fed for now."""
        return len(self._ahead) - self._at > ROOM

    def feed(self, octets: bytes) -> None:
        """Take what came; it is copied only where something was here already."""
        if self._at == len(self._ahead):
            self._ahead, self._at = octets, 0
            return
        if isinstance(self._ahead, bytes):
            self._ahead = bytearray(self._ahead)
        del self._ahead[: self._at]
        self._at = 0
        self._ahead += octets

    def begins_with(self, octets: bytes) -> bool:
        """Tell whether what is here begins so."""
        return self._ahead.startswith(octets, self._at)

    async def proxy_header(self) -> ProxyHeader:
        """Return the PROXY header that must come first. Raises `BadProxyHeader`, EOFError at the end."""
        while (header := parse(bytes(self._ahead[self._at :]))) is None:
            await self._more()
        self._at += header.length
        return header

    def line_at_once(self, dropped: int = 0) -> bytes | None:
        """Return the next line with its end, None where it is not here yet. Raises `Refused` for an overlong one."""
        start, end = self._at, self._ahead.find(b"\n", self._at) + 1
        if not end:
            return None
        self._at = end
        if dropped + end - start > self._max_line:
            raise Refused(BAD_LINE.reply(), "command line too long")
        return bytes(self._ahead[start:end])

    async def line(self) -> bytes:
        """Wait for the next line. Raises `Refused` for an overlong one, EOFError at the end."""
        dropped = 0
        while (line := self.line_at_once(dropped)) is None:
            if len(self._ahead) - self._at > self._max_line:
                dropped += len(self.take())
            await self._more()
        return line

    async def piece(self, limit: int | None = None) -> bytes:
        """Return whatever comes next, at most `limit` octets. Raises EOFError at the end."""
        while not self.has_any:
            await self._more()
        if limit is None or limit >= len(self._ahead) - self._at:
            return self.take()
        self._at += limit
        return bytes(self._ahead[self._at - limit : self._at])

    def take(self) -> bytes:
        """Return what was read ahead, and forget it."""
        ahead = bytes(self._ahead[self._at :] if self._at else self._ahead)
        self._ahead, self._at = b"", 0
        return ahead

    def put_back(self, rest: bytes) -> None:
        """Take back what followed the end of data."""
        self._ahead, self._at = rest + self.take(), 0


def split_command(line: bytes) -> tuple[str, str]:
    """Return the verb in upper case and the argument. Raises `Refused` (500 5.5.2) for what is no line of text."""
    found = _COMMAND.fullmatch(line)
    if found is None:
        raise Refused(BAD_LINE.reply(), "bare LF or control bytes in a command")
    try:
        return found[1].decode().upper(), (found[2] or b"").decode().rstrip(" ")
    except UnicodeDecodeError as error:
        raise Refused(BAD_LINE.reply(), "command is not UTF-8") from error


def is_hello(name: str) -> bool:
    """Tell whether a client may call itself so; the name goes into the trace field as it is.

    QUIRK: RFC 5321 section 4.1.1.1 wants a domain or an address literal; underscores and bare names are common.
    """
    return _HELLO.fullmatch(name) is not None
