"""Loops that run for as long as the process does, each by itself: one that fails or hangs stops no other.

Each remembers how its last run ended and when, for whoever watches.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

_AFTER_FAILURE = 60.0
"""Seconds at most until a run that failed is tried again."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Done:
    """How a run ended well."""

    note: str = ""
    """What it did, in a few words."""
    again_in: float | None = None
    """Seconds until the next run; None: the loop's interval."""


@dataclass(frozen=True, slots=True)
class Loop:
    """What is done again and again."""

    name: str
    interval: float
    """Seconds from the end of a run to the next one."""
    run: Callable[[], Awaitable[Done]]
    jitter: float = 0.0
    """Seconds by which the next run comes later, at most, by chance: not all machines ask at once."""


@dataclass(slots=True)
class Last:
    """How a loop is doing."""

    runs: int = 0
    failures: int = 0
    """In a row."""
    ended_at: float = 0.0
    """When a run last ended well; Unix time, 0 for never."""
    note: str = ""
    """What it did then, or why the last run failed."""


class Schedule:
    """Runs loops until it is cancelled."""

    def __init__(self, loops: Sequence[Loop], clock: Callable[[], float] = time.time) -> None:
        self._loops = loops
        self._clock = clock
        self._chance = random.Random()  # noqa: S311 - spreads load, keeps no secret
        self.last = {loop.name: Last() for loop in loops}

    async def run(self) -> None:
        """Begin every loop at once."""
        async with asyncio.TaskGroup() as group:
            for loop in self._loops:
                group.create_task(self._keep(loop))
            await asyncio.get_running_loop().create_future()  # also where there is no loop at all

    async def _keep(self, loop: Loop) -> None:
        while True:
            wait = await self._once(loop)
            await asyncio.sleep(wait)

    async def _once(self, loop: Loop) -> float:
        """Run it; return the seconds until the next time."""
        last = self.last[loop.name]
        last.runs += 1
        try:
            done = await loop.run()
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            return self._failed(loop, error)  # something inside was cancelled, not we
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on, and so does this one
            return self._failed(loop, error)
        if last.failures:
            log.info("job_recovered", job=loop.name, failures=last.failures)
        last.failures, last.ended_at, last.note = 0, self._clock(), done.note
        if done.again_in is not None:
            return min(done.again_in, loop.interval)
        return loop.interval + self._chance.uniform(0.0, loop.jitter)

    def _failed(self, loop: Loop, error: BaseException) -> float:
        """Note a failure; return the seconds until the next try."""
        last = self.last[loop.name]
        last.failures += 1
        last.note = f"{type(error).__name__}: {error}"
        log.error("job_failed", job=loop.name, failures=last.failures, exc_info=error)
        return min(loop.interval, _AFTER_FAILURE)
