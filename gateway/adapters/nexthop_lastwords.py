"""What a hop said right before it reset the connection under a message.

A hop that refuses in the middle of a message and closes without reading on resets the connection. When our
writing meets the reset first, the event loop drops the connection without reading the refusal, which still
lies in the socket. A second descriptor lets us fetch it. Not over TLS: there it cannot be decrypted any more.
"""

import asyncio
import os
from contextlib import suppress


class LastWords:
    """A second descriptor of a transport's socket; whoever makes it closes it."""

    def __init__(self, transport: asyncio.BaseTransport) -> None:
        self._descriptor: int | None = None
        if transport.get_extra_info("ssl_object") is None:
            with suppress(OSError):
                self._descriptor = os.dup(transport.get_extra_info("socket").fileno())

    def read(self) -> bytes:
        """Return what was not read yet, if anything; never waits (the socket is non-blocking) and never raises."""
        if self._descriptor is not None:
            with suppress(OSError):
                return os.read(self._descriptor, 65536)
        return b""

    def send(self, descriptor: int, at: int, size: int) -> int:
        """Send from a file what the socket takes at once; return how much. Never raises: writing meets it too."""
        if self._descriptor is not None:
            with suppress(OSError):
                return os.sendfile(self._descriptor, descriptor, at, size)
        return 0

    def close(self) -> None:
        """Give the descriptor up."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
