"""The worker's way to the store: ask the keeper on its unix socket, and wait for "durable".

Never blocks the loop. A keeper that is gone, slow, full or talks nonsense is `Deferred` (451 4.3.0): the client
keeps the message and comes again.
"""

import asyncio
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import structlog

from gateway.adapters import keeper_frames
from gateway.adapters.keeper_frames import Done, Host, Keep, Link, Question, Settle
from gateway.adapters.sandbox.frames import HEADER
from gateway.model.errors import Deferred
from gateway.model.limits import KIB, Deadline
from gateway.model.reply import STORE_DOWN
from gateway.ports.hosting import NewFile
from gateway.ports.quarantine import Case
from gateway.ports.spool import Spool

_MOST_ANSWER = 64 * KIB
_FIRST = 4 * KIB
"""Of a frame, sent at once with the descriptor; any socket buffer has room for it."""
_SETTLE_SECONDS = 5.0
_Content = Callable[[], int]
"""Gives the descriptor; where it cannot, that is an answer too."""

log = structlog.get_logger()


@dataclass(slots=True)
class KeeperCounters:
    """What became of messages to be kept, and of files to be hosted."""

    kept: int = 0
    hosted: int = 0
    failures: int = 0
    unsettled: int = 0
    """Messages whose end the keeper did not hear; their files live."""


class KeeperClient:
    """Implements `ports.quarantine.Quarantine`, `ports.hosting.Hosting` and `ports.links.LinkMaker`."""

    def __init__(self, place: Path, seconds: float) -> None:
        """Ask the keeper behind the socket `place`; wait at most `seconds`, and never beyond the message's deadline."""
        self.counters = KeeperCounters()
        self._place = place
        self._seconds = seconds

    async def keep(self, case: Case, original: Spool, deadline: Deadline) -> None:
        """Return when the message is durable."""
        await self._done(Keep(case, original.size), original.fileno, case.id, deadline)
        self.counters.kept += 1

    async def host(self, new: NewFile, descriptor: int, deadline: Deadline) -> str:
        """Return the link when the file is durable."""
        done = await self._done(Host(new), lambda: descriptor, new.file.message, deadline)
        self.counters.hosted += 1
        return done.url

    async def link(self, links: Sequence[NewFile], deadline: Deadline) -> Mapping[str, str]:
        """Return the new URLs by where the links led, when their rows are durable."""
        done = await self._done(Link(tuple(links)), None, links[0].file.message, deadline)
        return dict(zip((one.file.name for one in links), done.urls, strict=True))

    async def settle(self, message: str, *, delivered: bool) -> None:
        """Say how the message ended. Its reply is known, so nothing of this may fail or take long."""
        done = await self._asked(Settle(message, delivered), None, _SETTLE_SECONDS)
        if done.failure:
            self.counters.unsettled += 1
            log.warning("hosted_unsettled", id=message, delivered=delivered, reason=done.failure)

    async def _done(self, question: Question, content: _Content | None, message: str, deadline: Deadline) -> Done:
        now = time.monotonic()
        done = await self._asked(question, content, deadline.sooner(self._seconds, now).remaining(now))
        if done.failure:
            self.counters.failures += 1
            raise Deferred(STORE_DOWN.reply(f"id={message}"), f"keeper: {done.failure}")
        return done

    async def _asked(self, question: Question, content: _Content | None, seconds: float) -> Done:
        try:
            frame = keeper_frames.framed(keeper_frames.encode(question))
            async with asyncio.timeout(seconds):
                return await self._ask(frame, [content()] if content else [])
        except TimeoutError:
            return Done("no answer in time")
        except (OSError, EOFError, ValueError, msgspec.DecodeError) as error:
            return Done(f"{type(error).__name__}: {error}")

    async def _ask(self, frame: bytes, descriptors: Sequence[int]) -> Done:
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC) as channel:
            await loop.sock_connect(channel, str(self._place))
            sent = socket.send_fds(channel, [frame[:_FIRST]], descriptors)
            if sent < len(frame):  # an empty write fails where the keeper has answered and hung up already
                await loop.sock_sendall(channel, memoryview(frame)[sent:])
            return await self._answer(loop, channel)

    async def _answer(self, loop: asyncio.AbstractEventLoop, channel: socket.socket) -> Done:
        answer = bytearray()
        while len(answer) < HEADER.size or len(answer) < HEADER.size + HEADER.unpack_from(answer)[0]:
            piece = await loop.sock_recv(channel, _MOST_ANSWER)
            answer += piece
            if not piece or len(answer) > _MOST_ANSWER:
                raise EOFError("the keeper hung up")
        return keeper_frames.decode_done(memoryview(answer)[HEADER.size :])
