"""The worker's view of one child: one question, one answer, or its end."""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress

from gateway.adapters.sandbox import frames
from gateway.adapters.sandbox.frames import FrameReader
from gateway.adapters.sandbox.nursery import Birth
from gateway.adapters.sandbox.rooms import MOST_ROOMS


class ChildFailed(Exception):
    """The child ended, or said what no child of ours says."""


class Child:
    """Belongs to the event loop that made it. Once it failed it stays dead; the pool gets another."""

    def __init__(self, birth: Birth, on_death: Callable[["Child"], None]) -> None:
        """Take the birth's descriptors over and await the child's first words."""
        self.pid = birth.pid
        self.jobs = 0
        self.is_alive = True
        self._pidfd = birth.pidfd
        self._channel = birth.channel
        self._channel.setblocking(False)
        self._reader = FrameReader(MOST_ROOMS)
        self._on_death = on_death
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[tuple[bytes, list[int]]] | None = self._loop.create_future()
        self._loop.add_reader(self._channel.fileno(), self._readable)

    async def first_words(self) -> bytes:
        """Return its first frame. Raises ChildFailed."""
        payload, descriptors = await self._await()
        _close(descriptors)
        return payload

    async def ask(self, payload: bytes, descriptors: Sequence[int]) -> tuple[bytes, list[int]]:
        """Send a request and return the answer with its descriptors, which the caller owns. Raises ChildFailed."""
        self.jobs += 1
        self._answer = self._loop.create_future()
        try:
            frames.send(self._channel, payload, descriptors)
        except OSError as error:
            self.kill(f"it took no request: {error.strerror}")
        return await self._await()

    def kill(self, reason: str = "killed") -> None:
        """End it at once; who waits for it gets ChildFailed with `reason`. May be called twice."""
        if self.is_alive:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            self.retire(reason)

    def retire(self, reason: str = "retired") -> None:
        """Hang up and give its descriptors back; an idle child ends by that."""
        if not self.is_alive:
            return
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ChildFailed(reason))
        self.is_alive = False
        self._loop.remove_reader(self._channel.fileno())
        os.close(self._pidfd)
        self._channel.close()
        self._reader.close()
        self._on_death(self)

    async def _await(self) -> tuple[bytes, list[int]]:
        waiting = self._answer
        assert waiting is not None  # noqa: S101 - set by the caller
        try:
            return await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled() and waiting.exception() is None:
                _close(waiting.result()[1])  # it came in the same turn as the deadline
            raise
        finally:
            self._answer = None

    def _readable(self) -> None:
        try:
            frame = self._reader.read(self._channel)
        except BlockingIOError:
            return
        except (EOFError, OSError, ValueError) as error:
            self.kill(str(error))
            return
        if frame is None:
            return
        if self._answer is None or self._answer.done():
            _close(frame[1])
            self.kill("an answer that nobody asked for")
        else:
            self._answer.set_result(frame)


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
