"""One question to one clamd, one whole answer: the `clamd` package with deadlines and a strict reader.

Promises that every call ends by its deadline and never blocks the event loop, that a file goes over as a
descriptor (FILDES, same host) or in large chunks (INSTREAM), and that only one complete, well-formed verdict is
taken for one. Descriptors go over kept sessions, in which a question waits for the answer to the one before
(clamd stops answering when hundreds are queued). All else has a connection of its own, whose end is the end of the
answer. Threads were measured: they and the loop took the interpreter's lock from each other 110 times a message.
"""

import asyncio
import re
import socket
import struct
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Self

import clamd

from gateway.adapters.clamav_session import Session
from gateway.model.scan import Outcome

_LONGEST_ANSWER = 1024
_VERSION_SECONDS = 5.0
"""clamd answers VERSION at once unless it is wedged; that must not cost a message its time."""
_BACKLOG_PAUSE = 0.02
_VERDICT = re.compile(rb"(?:stream|fd\[[0-9]+\]): (?:OK|(?!(?:OK|ERROR|FOUND) )([!-~]{1,250}) FOUND)\0")
"""No signature has one of clamd's own words for a name: that would be two verdicts in one."""
_LIMIT = b"Heuristics.Limits.Exceeded"
_VERSION = re.compile(rb"(ClamAV [ -~]{1,200})\0")
_CHUNK_LENGTH = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that one clamd may take."""

    connect: float = 2.0
    idle: float = 30.0
    """Without a byte of progress; scanning a large archive takes some."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer means."""

    outcome: Outcome
    signature: str = ""
    detail: str = ""


def read_verdict(answer: bytes) -> Said:
    """Read a whole answer to FILDES or INSTREAM; whatever is not exactly one verdict is unknown.

    Any name before FOUND is an infection, but for those that clamd gives on request to files beyond its limits
    (AlertExceedsMax): they would accuse the sender falsely.
    """
    match = _VERDICT.fullmatch(answer)
    if match is None:
        return Said(Outcome.UNKNOWN, detail=f"not a verdict: {answer[:200]!a}")
    if match[1] is None:
        return Said(Outcome.CLEAN)
    is_limit = match[1].startswith(_LIMIT)
    return Said(Outcome.OVER_LIMIT if is_limit else Outcome.INFECTED, signature=match[1].decode("ascii"))


class Clamd:
    """One clamd by its address: "unix:/path", "/path" or "tcp:host:port" (IPv6 hosts in brackets)."""

    def __init__(self, address: str, patience: Patience) -> None:
        """Raises ValueError for an address of another form."""
        self.address = address
        self._patience = patience
        scheme, _, rest = address.partition(":") if not address.startswith("/") else ("unix", ":", address)
        host, _, port = rest.rpartition(":")
        self.is_local = scheme == "unix" and rest.startswith("/")
        """Takes descriptors."""
        if not self.is_local and not (scheme == "tcp" and host and port.isdecimal()):
            raise ValueError(f"{address!r} is not unix:/path or tcp:host:port")
        self._path, self._host, self._port = rest, host.strip("[]"), int(port) if port.isdecimal() else 0
        self._kept: list[Session] = []

    async def version(self, until: float) -> str:
        """Return the engine and its signatures, such as "ClamAV 1.4.6/27800/Sat Nov 21 ...".

        Raises OSError when it does not answer, ValueError for nonsense. `until` is a monotonic time, here and below.
        """
        async with self._connected(min(until, monotonic() + _VERSION_SECONDS)) as wire:
            await wire.send(b"zVERSION\0")
            answer = await wire.answer()
        match = _VERSION.fullmatch(answer)
        if match is None:
            raise ValueError(f"not a version: {answer[:200]!a}")
        return match[1].decode("ascii")

    async def scan_descriptor(self, descriptor: int, until: float) -> Said:
        """Have it scan the file behind a descriptor, whole. Raises OSError."""
        while self._kept:
            with suppress(ConnectionError):  # it hung up while nobody asked
                return await self._ask(self._kept.pop(), descriptor, until)
        sock = await _UnixWire(self._path, self._patience, until).opened()
        return await self._ask(Session(sock, self._patience.idle), descriptor, until)

    async def _ask(self, session: Session, descriptor: int, until: float) -> Said:
        if not session.is_open:
            raise ConnectionResetError("hung up")
        said = read_verdict(await session.ask(descriptor, until))
        if said.outcome is Outcome.UNKNOWN:
            session.close()
        else:
            self._kept.append(session)
        return said

    def close(self) -> None:
        """Close the kept sessions."""
        while self._kept:
            self._kept.pop().close()

    async def scan_stream(self, chunks: Iterable[bytes], until: float) -> Said:
        """Have it scan bytes sent over. Raises OSError."""
        async with self._connected(until) as wire:
            try:
                await wire.send(b"zINSTREAM\0")
                for chunk in chunks:
                    await wire.send(_CHUNK_LENGTH.pack(len(chunk)) + chunk)
                await wire.send(_CHUNK_LENGTH.pack(0))
            except (BrokenPipeError, ConnectionResetError):
                # clamd hangs up early on a stream above its StreamMaxLength, and says so first
                return Said(Outcome.UNKNOWN, detail=f"stream refused: {(await wire.answer())[:200]!a}")
            return read_verdict(await wire.answer())

    def _connected(self, until: float) -> "_Wire":
        if self.is_local:
            return _UnixWire(self._path, self._patience, until)
        return _TcpWire(self._host, self._port, self._patience, until)


class _Wire:
    """What both kinds of the package's client get: sockets that never block, deadlines, whole answers.

    Every call is tried at once and waits only where the kernel says so; most need no wait but one, for the answer.
    """

    clamd_socket: socket.socket
    patience: Patience
    until: float

    async def __aenter__(self) -> Self:
        self.clamd_socket = await self.opened()
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.clamd_socket.close()

    async def opened(self) -> socket.socket:
        raise NotImplementedError

    def _left(self, at_most: float) -> float:
        left = min(at_most, self.until - monotonic())
        if left <= 0:
            raise TimeoutError("no time left")
        return left

    async def send(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self.clamd_socket.send(rest) :]
            except BlockingIOError:
                loop = asyncio.get_running_loop()
                await self._turn(loop.add_writer, loop.remove_writer)

    async def answer(self) -> bytes:
        """Read to the end of the connection. Raises OSError when it is late or too long."""
        answer = b""
        loop = asyncio.get_running_loop()
        while True:
            await self._turn(loop.add_reader, loop.remove_reader)
            piece = self.clamd_socket.recv(_LONGEST_ANSWER)
            if not piece:
                return answer
            answer += piece
            if len(answer) > _LONGEST_ANSWER:
                raise OSError(f"an endless answer: {answer[:100]!a}")

    async def _turn(self, add: Callable[..., None], remove: Callable[[int], object]) -> None:
        """Wait until the socket can be read or written. Raises TimeoutError."""
        loop, number = asyncio.get_running_loop(), self.clamd_socket.fileno()
        turn: asyncio.Future[None] = loop.create_future()
        timer = loop.call_later(self._left(self.patience.idle), _settle, turn, TimeoutError("timed out"))
        add(number, _settle, turn)
        try:
            await turn
        finally:
            timer.cancel()
            remove(number)


def _settle(turn: "asyncio.Future[None]", error: Exception | None = None) -> None:
    if not turn.done():
        turn.set_exception(error) if error else turn.set_result(None)


class _UnixWire(_Wire, clamd.ClamdUnixSocket):  # type: ignore[misc]
    def __init__(self, path: str, patience: Patience, until: float) -> None:
        clamd.ClamdUnixSocket.__init__(self, path)
        self.patience, self.until = patience, until

    async def opened(self) -> socket.socket:
        until = monotonic() + self._left(self.patience.connect)
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        try:
            while True:
                try:
                    sock.connect(self.unix_socket)
                except BlockingIOError:  # its backlog is full; nothing tells when there is room (connect(2))
                    if monotonic() >= until:
                        raise
                    await asyncio.sleep(_BACKLOG_PAUSE)
                else:
                    return sock
        except BaseException:
            sock.close()
            raise


class _TcpWire(_Wire, clamd.ClamdNetworkSocket):  # type: ignore[misc]
    def __init__(self, host: str, port: int, patience: Patience, until: float) -> None:
        clamd.ClamdNetworkSocket.__init__(self, host, port)
        self.patience, self.until = patience, until

    async def opened(self) -> socket.socket:
        async with asyncio.timeout(self._left(self.patience.connect)):
            loop = asyncio.get_running_loop()
            trouble = OSError("a name without an address")
            for family, kind, _, _, place in await loop.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
                sock = socket.socket(family, kind | socket.SOCK_NONBLOCK)
                try:
                    await loop.sock_connect(sock, place)
                except OSError as error:
                    sock.close()
                    trouble = error
                except BaseException:
                    sock.close()
                    raise
                else:
                    return sock
            raise trouble
