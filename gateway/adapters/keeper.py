"""The worker's way to the quarantine: ask the keeper on its unix socket, and wait for "durable".

Never blocks the loop. A keeper that is gone, slow, full or talks nonsense is `Deferred` (451 4.3.0): the client
keeps the message and comes again.
"""

import asyncio
import socket
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gateway.adapters import keeper_frames
from gateway.adapters.keeper_frames import Keep
from gateway.adapters.sandbox.frames import HEADER
from gateway.model.errors import Deferred
from gateway.model.limits import KIB, Deadline
from gateway.model.reply import STORE_DOWN
from gateway.ports.quarantine import Case
from gateway.ports.spool import Spool

_MOST_ANSWER = 64 * KIB
_FIRST = 4 * KIB
"""Of a frame, sent at once with the descriptor; any socket buffer has room for it."""


@dataclass(slots=True)
class KeeperCounters:
    """What became of messages to be kept."""

    kept: int = 0
    failures: int = 0


class KeeperClient:
    """Implements `ports.quarantine.Quarantine`."""

    def __init__(self, place: Path, seconds: float) -> None:
        """Ask the keeper behind the socket `place`; wait at most `seconds`, and never beyond the message's deadline."""
        self.counters = KeeperCounters()
        self._place = place
        self._seconds = seconds

    async def keep(self, case: Case, original: Spool, deadline: Deadline) -> None:
        """Return when the message is durable."""
        now = time.monotonic()
        try:
            frame = keeper_frames.framed(keeper_frames.encode(Keep(case, original.size)))
            async with asyncio.timeout(deadline.sooner(self._seconds, now).remaining(now)):
                failure = await self._ask(frame, original.fileno())
        except TimeoutError:
            failure = "no answer in time"
        except (OSError, EOFError, ValueError, msgspec.DecodeError) as error:
            failure = f"{type(error).__name__}: {error}"
        if failure:
            self.counters.failures += 1
            raise Deferred(STORE_DOWN.reply(f"id={case.id}"), f"keeper: {failure}")
        self.counters.kept += 1

    async def _ask(self, frame: bytes, descriptor: int) -> str:
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC) as channel:
            await loop.sock_connect(channel, str(self._place))
            sent = socket.send_fds(channel, [frame[:_FIRST]], [descriptor])
            if sent < len(frame):  # an empty write fails where the keeper has answered and hung up already
                await loop.sock_sendall(channel, memoryview(frame)[sent:])
            return await self._answer(loop, channel)

    async def _answer(self, loop: asyncio.AbstractEventLoop, channel: socket.socket) -> str:
        answer = bytearray()
        while len(answer) < HEADER.size or len(answer) < HEADER.size + HEADER.unpack_from(answer)[0]:
            piece = await loop.sock_recv(channel, _MOST_ANSWER)
            answer += piece
            if not piece or len(answer) > _MOST_ANSWER:
                raise EOFError("the keeper hung up")
        return keeper_frames.decode_kept(memoryview(answer)[HEADER.size :]).failure
