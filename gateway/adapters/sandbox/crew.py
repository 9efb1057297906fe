"""The children of one worker: brought up, lent one message each, replaced when they end."""

import asyncio
import os
from dataclasses import dataclass
from time import monotonic

import msgspec
import structlog

from gateway.adapters.sandbox import frames
from gateway.adapters.sandbox.handle import Child, ChildFailed
from gateway.adapters.sandbox.nursery import Birth, Nursery, Report
from gateway.model.errors import Deferred
from gateway.model.limits import Deadline
from gateway.model.reply import DEADLINE, UNFORESEEN

log = structlog.get_logger()

_FIRST_WORDS = 10.0
"""Seconds that a child has to come up."""
_PAUSE = 0.5
"""Seconds before a child is asked for again that never came up."""


@dataclass(slots=True)
class Counts:
    """What happened so far, for metrics."""

    alive: int = 0
    jobs: int = 0
    crashes: int = 0
    """Children that ended, or answered with garbage, while they had a message."""
    timeouts: int = 0
    failures: int = 0
    """Messages that the examiner could not look into although the child lived on."""
    known: int = 0
    """Messages that were not run again because they had failed twice."""


class Crew:
    """Keeps `wanted` children alive while the nursery lives.

    Messages wait in the order in which they came. The child that worked last is lent first: with two children
    and one 4 KB message at a time that was 161 us a round trip, against 258 us in turns.
    """

    def __init__(self, nursery: Nursery, wanted: int, jobs_per_child: int) -> None:
        self.counts = Counts()
        self.broken = asyncio.Event()
        self._nursery = nursery
        self._wanted = wanted
        self._jobs_per_child = jobs_per_child
        self._free: asyncio.LifoQueue[Child] = asyncio.LifoQueue()
        self._children: set[Child] = set()
        self._coming_up: set[asyncio.Task[None]] = set()
        self._told: tuple[str, ...] = ()
        self._closing = False

    async def start(self) -> None:
        """Bring the children up; returns when one is ready. Raises Deferred when none comes up in time."""
        asyncio.get_running_loop().add_reader(self._nursery.fileno(), self._on_report)
        for _ in range(self._wanted):
            self._order()
        self._free.put_nowait(await self.borrow(Deadline(monotonic() + _FIRST_WORDS)))

    async def close(self) -> None:
        """End all children and the nursery; may be called twice."""
        if self._closing:
            return
        self._closing = True
        asyncio.get_running_loop().remove_reader(self._nursery.fileno())
        for child in list(self._children):
            child.kill("closing")
        await asyncio.gather(*self._coming_up)
        self._nursery.close()

    async def borrow(self, deadline: Deadline) -> Child:
        """Wait for a free child. Raises Deferred when the deadline comes first."""
        if self.broken.is_set():
            raise Deferred(UNFORESEEN.reply(), "the nursery has gone")
        while not self._free.empty():
            if (child := self._free.get_nowait()).is_alive:
                return child
        try:
            async with asyncio.timeout(deadline.remaining(monotonic())):
                while not (child := await self._free.get()).is_alive:
                    pass
        except TimeoutError as error:
            raise Deferred(DEADLINE.reply(), "no child was free in time") from error
        return child

    def give_back(self, child: Child, *, is_sound: bool) -> None:
        """Return a child after its message; one that is not sound is killed and replaced."""
        if not is_sound:
            child.kill()
        elif child.jobs >= self._jobs_per_child:
            child.retire()
        else:
            self._free.put_nowait(child)

    def _order(self) -> None:
        if self._closing or self.broken.is_set():
            return
        try:
            self._nursery.ask_for_child()
        except OSError as error:
            self._lose_nursery(str(error))

    def _on_report(self) -> None:
        try:
            while (report := self._nursery.read()) is not None:
                if isinstance(report, Birth):
                    child = Child(report, self._on_death)
                    self._children.add(child)
                    self.counts.alive += 1
                    task = asyncio.create_task(self._bring_up(child))
                    self._coming_up.add(task)
                    task.add_done_callback(self._coming_up.discard)
                else:
                    self._on_end(report)
        except EOFError as error:
            self._lose_nursery(str(error))

    def _on_end(self, report: Report) -> None:
        if report.pid == 0:
            log.error("child_not_forked", error=os.strerror(report.status or 0))
            asyncio.get_running_loop().call_later(_PAUSE, self._order)
        elif report.status:
            log.warning("child_ended", pid=report.pid, exit_code=os.waitstatus_to_exitcode(report.status))

    async def _bring_up(self, child: Child) -> None:
        try:
            async with asyncio.timeout(_FIRST_WORDS):
                ready = frames.decode_ready(await child.first_words())
        except (TimeoutError, ChildFailed, msgspec.MsgspecError) as error:
            child.kill()
            if self._closing:
                return
            log.error("child_not_ready", pid=child.pid, error=str(error))  # noqa: TRY400 - no fault in our code
            return
        if ready.refused != self._told:
            self._told = ready.refused
            log.warning("jail_incomplete", refused=ready.refused)
        self._free.put_nowait(child)

    def _on_death(self, child: Child) -> None:
        self._children.discard(child)
        self.counts.alive -= 1
        if child.jobs:
            self._order()
        elif not self._closing:
            asyncio.get_running_loop().call_later(_PAUSE, self._order)

    def _lose_nursery(self, reason: str) -> None:
        if not self.broken.is_set():
            log.critical("nursery_lost", reason=reason)
            asyncio.get_running_loop().remove_reader(self._nursery.fileno())
            self.broken.set()
