"""The socket under a connection to a next hop: bytes, back-pressure and the end, as asyncio tells them.

It knows nothing of SMTP. Everything that happens is a flag and a wake-up for the one who waits in `something`.
"""

import asyncio
import ssl
import time
from collections.abc import Callable
from typing import cast

from gateway.adapters.nexthop_lastwords import LastWords
from gateway.model.limits import Deadline
from gateway.ports.wait import Wait


class Stream(asyncio.Protocol):
    """One connection; `closed` is done when the socket is. Bytes go to `receive` as they come."""

    def __init__(self, receive: Callable[[bytes], None]) -> None:
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.is_lost = False
        """Ended by the hop, or by us; nothing more will come."""
        self.is_paused = False
        """The hop does not read as fast as we write."""
        self._receive = receive
        self._transport: asyncio.Transport | None = None
        self._wait = Wait()
        self._last_words: LastWords | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Take bytes from the hop."""
        self._receive(data)
        self._wait.wake()

    def eof_received(self) -> None:
        """Take the hop's end of sending as the end: what is still to be said would go unanswered."""
        self.is_lost = True
        self._wait.wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """End; why it ended changes nothing."""
        del exc
        if self._last_words:
            self._receive(self._last_words.read())
        self.is_lost = True
        self._wait.wake()
        self._wait.close()
        if not self.closed.done():
            self.closed.set_result(None)

    def pause_writing(self) -> None:
        """Hold the next piece back."""
        self.is_paused = True

    def resume_writing(self) -> None:
        """Let the next piece go."""
        self.is_paused = False
        self._wait.wake()

    def write(self, data: bytes) -> None:
        """Send, without waiting; look at `is_paused` before writing much."""
        if data and self._transport:
            self._transport.write(data)

    async def something(self, until: Deadline) -> bool:
        """Wait until bytes came, the way is free again, or the end; return False when the time is up."""
        left = until.remaining(time.monotonic())
        return left > 0 and await self._wait.within(left)

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Shake hands; raises `OSError` or `ValueError` where that fails."""
        if self._transport is None or self.is_lost:
            raise ConnectionResetError("closed before the handshake")
        loop = asyncio.get_running_loop()
        self._transport = await loop.start_tls(self._transport, self, context, server_hostname=host)

    def keep_last_words(self) -> None:
        """From now on, hear what the hop said before it reset the connection; until `forget_last_words`."""
        if self._last_words is None and self._transport:
            self._last_words = LastWords(self._transport)

    def forget_last_words(self) -> None:
        """End `keep_last_words`; may be called without it."""
        if self._last_words:
            self._last_words.close()
            self._last_words = None

    def send_file(self, descriptor: int, at: int, size: int) -> int:
        """Send bytes of a file as far as they go at once, between `keep_last_words` and `forget_last_words`.

        Return how many went: none over TLS, behind what still waits, or on a connection that met trouble.
        """
        transport = self._transport
        if transport is None or self._last_words is None or self.is_lost or transport.is_closing():
            return 0
        return 0 if transport.get_write_buffer_size() else self._last_words.send(descriptor, at, size)

    def close(self) -> None:
        """Close once everything is sent."""
        self.is_lost = True
        if self._transport:
            self._transport.close()

    def abort(self) -> None:
        """Cut the connection off; what was not sent yet never will be."""
        self.is_lost = True
        if self._transport:
            self._transport.abort()
