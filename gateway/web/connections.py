"""HTTP/1.1 by uvicorn's protocol over httptools, with the bounds that it lacks.

A request's head must come within `stall` seconds and 16 KiB, its body within the application's patience. A reader who
lets nothing through for `stall` seconds is cut off, so that ten thousand of them hold descriptors for a while and
nothing else. Connections are counted, in total and for each client.
"""

import asyncio
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

_HEAD_BYTES, _HEAD_FIELDS = 16 * 1024, 100
_HEAD_READ = 64 * 1024
"""Bytes of a head that has no end, after which nobody waits for it."""
_UNSENT = 128 * 1024
"""Bytes that the kernel may hold of a connection beyond what it has on the way."""
_KEEP_ALIVE = 10
WIRE = "postern.wire"
"""The extension of an ASGI scope that holds the `Wire`."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What clients may take of one process."""

    connections: int
    per_client: int
    stall: float
    is_proxy: Callable[[str], bool]
    """Tells whether an address may have more than `per_client`."""


@dataclass(frozen=True, slots=True)
class Wire:
    """The connection of a request, for answers that may have to end early."""

    transport: asyncio.Transport

    @property
    def is_gone(self) -> bool:
        """Tell whether nobody reads any more."""
        return self.transport.is_closing()

    def cut(self) -> None:
        """End the connection at once, so that the client knows its copy is not whole."""
        _reset(self.transport)


class _Connection(HttpToolsProtocol):
    """One connection."""

    def __init__(self, server: "HttpServer") -> None:
        super().__init__(server.config, server.state, {})
        self._server = server
        self._address = ""
        self._head = 0
        """Bytes of a head that has not ended."""
        self._in_head = True
        self._is_deaf = False
        """Another request came before its time: the connection ends with the answer under way."""
        self._timer: asyncio.TimerHandle | None = None

    @property
    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._address = self.client[0] if self.client else ""
        if not self._server.admit(self._address):
            self._refuse(503)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        self._server.dismiss(self._address)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_deaf or self.transport.is_closing():
            return
        if self._in_head:
            self._head += len(data)
        super().data_received(data)
        if self._in_head and self._head > _HEAD_READ:
            self._refuse(431)
        elif self._in_head and self._head and self._timer is None and not self._is_answering:
            self._wait()

    def on_headers_complete(self) -> None:
        self._in_head, self._head = False, 0
        self._rest()
        if self.transport.is_closing() or self._is_deaf:
            return
        if self._is_answering:
            # RFC 9112 section 9.3.2: whoever sends ahead asks again what was not answered before the close
            self._is_deaf, self.cycle.keep_alive = True, False
            return
        taken = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if taken > _HEAD_BYTES or len(self.headers) > _HEAD_FIELDS:
            self._refuse(431)
            return
        self.scope["extensions"] = {WIRE: Wire(self.transport)}  # type: ignore[dict-item]
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self._is_deaf and self.cycle is not None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_head = True
        if not self._is_deaf and self.cycle is not None:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self._in_head:
            self.transport.close()  # nobody waits for a body that nobody wanted
        elif self._head:
            self._wait()

    def send_400_response(self, msg: str) -> None:
        if self._is_answering:
            self.transport.abort()
        else:
            super().send_400_response(msg)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._rest()
        self._timer = self.loop.call_later(self._server.bounds.stall, _reset, self.transport)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._rest()

    def _wait(self) -> None:
        self._rest()
        self._timer = self.loop.call_later(self._server.bounds.stall, self.transport.abort)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, status: int) -> None:
        """Answer without looking at the request, and close."""
        if self._is_answering:
            self.transport.abort()
            return
        phrase = {431: "Request Header Fields Too Large", 503: "Service Unavailable"}[status]
        head = f"HTTP/1.1 {status} {phrase}\r\nconnection: close\r\ncontent-length: 0\r\nretry-after: 10\r\n\r\n"
        self.transport.write(head.encode())
        self.transport.close()


class HttpServer:
    """One application on some sockets."""

    def __init__(self, app: Any, bounds: Bounds) -> None:
        self.bounds = bounds
        self.config = uvicorn.Config(
            app,
            interface="asgi3",
            lifespan="off",
            ws="none",
            log_config=None,
            log_level="error",  # what strangers send is no event
            access_log=False,
            proxy_headers=False,
            timeout_keep_alive=_KEEP_ALIVE,
        )
        self.config.load()
        self.state = ServerState()
        self._servers: list[asyncio.Server] = []
        self._open = 0
        self._clients: Counter[str] = Counter()
        self._clock: asyncio.TimerHandle | None = None

    @property
    def connections(self) -> int:
        """Return how many there are now."""
        return self._open

    def admit(self, address: str) -> bool:
        """Count a connection; tell whether it is within the bounds."""
        self._open += 1
        self._clients[address] += 1
        is_one_too_many = self._clients[address] > self.bounds.per_client and not self.bounds.is_proxy(address)
        return self._open <= self.bounds.connections and not is_one_too_many

    def dismiss(self, address: str) -> None:
        """Count a connection that has ended."""
        self._open -= 1
        self._clients[address] -= 1
        if not self._clients[address]:
            del self._clients[address]

    async def open(self, sockets: Sequence[socket.socket], backlog: int) -> None:
        """Accept connections."""
        loop = asyncio.get_running_loop()
        self._tell_the_time()
        for one in sockets:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT)
            self._servers.append(await loop.create_server(lambda: _Connection(self), sock=one, backlog=backlog))

    async def close(self, seconds: float) -> None:
        """Accept nothing more, let answers under way end within `seconds`, then cut them off."""
        for one in self._servers:
            one.close()
        for connection in list(self.state.connections):
            connection.shutdown()
        if self.state.tasks:
            await asyncio.wait(list(self.state.tasks), timeout=seconds)
        for connection in list(self.state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        if self.state.tasks:
            await asyncio.wait(list(self.state.tasks), timeout=1)
        if self._clock is not None:
            self._clock.cancel()

    def _tell_the_time(self) -> None:
        """Keep the Date field, which RFC 9110 section 6.6.1 asks for."""
        self.state.default_headers = [(b"date", formatdate(time.time(), usegmt=True).encode())]
        self._clock = asyncio.get_running_loop().call_later(1.0, self._tell_the_time)


def _reset(transport: asyncio.Transport) -> None:
    """End a connection and forget what was not sent, which the kernel would offer to a silent reader for minutes."""
    sock = transport.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
