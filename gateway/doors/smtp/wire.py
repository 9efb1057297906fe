"""The client's end of the wire, over aiosmtpd's protocol: bytes in and out, back-pressure, and time.

Input goes from the event loop straight to `Incoming`, without stream objects between. Whoever waits here waits for at
most what `allow` said; a client that takes longer is told so, and the connection ends. Knows no commands.
"""

import asyncio
import ssl
import time
from asyncio import sslproto
from typing import cast

from aiosmtpd.smtp import SMTP

from gateway.doors.smtp.incoming import Incoming
from gateway.doors.smtp.settings import DoorSettings
from gateway.model.reply import TIMEOUT, Reply
from gateway.ports.wait import Wait


class Wire(SMTP):
    """What a connection does whatever is said on it.

    Of aiosmtpd only STARTTLS is in use, so its stream objects and tables of commands are never made: these are what
    its `smtp_STARTTLS` goes by.
    """

    def __init__(self, hostname: str, settings: DoorSettings) -> None:  # its own would cost 16 us
        self.hostname = hostname
        self.loop = asyncio.get_running_loop()
        self.transport: asyncio.BaseTransport | None = None
        self.tls_context: ssl.SSLContext | None = None
        self._tls_protocol: sslproto.SSLProtocol | None = None
        self._original_transport: asyncio.BaseTransport | None = None
        self._settings = settings
        self._incoming = Incoming(self._more, settings.line)
        self._out = bytearray()
        self._wait = Wait()
        self._until = 0.0
        """When the client must have done what is waited for."""
        self._is_held = False
        """The client is not read from for now."""
        self._is_clogged = False
        """The client does not read as fast as we write."""
        self._has_ended = False
        """The client will send no more."""
        self._is_over = False
        """Nothing more is taken from the client."""
        self._cut: asyncio.TimerHandle | None = None

    def say(self, reply: Reply) -> None:
        """Queue a reply; it goes out before the next wait for the client."""
        raise NotImplementedError

    def data_received(self, data: bytes) -> None:
        """Take what the client sends, and hold it back where too much lies unread."""
        self._incoming.feed(data)
        if self._incoming.is_full and not self._is_held:
            self._is_held = True
            self._way.pause_reading()
        self._wait.wake()

    def eof_received(self) -> bool:
        """Let a client that only shut down its sending side have the replies to what it sent; TLS cannot."""
        self._has_ended = True
        self._wait.wake()
        return self._tls_protocol is None

    def pause_writing(self) -> None:
        """Wait before more is said."""
        self._is_clogged = True

    def resume_writing(self) -> None:
        """Go on."""
        self._is_clogged = False
        self._wait.wake()

    async def push(self, status: str | bytes) -> None:
        """Send a line that aiosmtpd wrote: "220 Ready to start TLS"."""
        self._out += (status.encode() if isinstance(status, str) else status) + b"\r\n"
        await self.flush()

    async def flush(self) -> None:
        """Send all queued replies."""
        if not self._out:
            return
        out, self._out = bytes(self._out), bytearray()
        self._way.write(out)
        if self._is_clogged:
            self.allow(self._settings.command_seconds)
            while self._is_clogged:
                await self._something()

    def allow(self, seconds: float) -> None:
        """Give the client so long for all that is waited for next."""
        self._until = time.monotonic() + seconds

    async def _more(self) -> None:
        """Wait for input. Raises EOFError at its end, and when the client took too long."""
        if self._has_ended:
            raise EOFError("the client sends no more")
        self._let_in()
        await self._something()

    async def _comes_within(self, seconds: float) -> bool:
        """Tell whether the client sends anything in that time. Raises EOFError at the end of its input."""
        await self._wait.within(seconds)
        if self._has_ended:
            raise EOFError("the client sends no more")
        return self._incoming.has_any

    def _let_in(self) -> None:
        """Read from the client again, where it was held."""
        if self._is_held:
            self._is_held = False
            self._way.resume_reading()

    def forget_input(self) -> None:
        """Drop what the client sent and was not read yet: plaintext behind STARTTLS (RFC 3207 section 4.2)."""
        self._incoming.take()
        self._let_in()

    async def _something(self) -> None:
        """Wait until anything changes. Raises EOFError when the client took too long, which it is told."""
        left = self._until - time.monotonic()
        if left <= 0 or not await self._wait.within(left):
            self.say(TIMEOUT.reply())
            self._close()
            raise EOFError("the client took too long")

    def _close(self) -> None:
        """Send what is still to be said, and cut the connection off if the client does not read it."""
        self._is_over = True
        if self.transport is not None and self._cut is None:
            way = self._way
            way.write(bytes(self._out))
            way.close()
            self._cut = self.loop.call_later(self._settings.last_word_seconds, way.abort)

    @property
    def _way(self) -> asyncio.Transport:
        """The transport. Raises ConnectionResetError where it has gone."""
        if self.transport is None:
            raise ConnectionResetError("the connection has gone")
        return cast(asyncio.Transport, self.transport)
