"""Loops that run each by itself."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable

import pytest

from gateway.jobs.schedule import Done, Last, Loop, Schedule


def _counting(most: int, then: asyncio.Event, fails: frozenset[int] = frozenset()) -> Callable[[], Awaitable[Done]]:
    """Return what says when all runs that count have ended, by never ending again."""
    numbers = itertools.count(1)

    async def run() -> Done:
        number = next(numbers)
        if number > most:
            then.set()
            await asyncio.Event().wait()
        if number in fails:
            raise ValueError("no luck")
        return Done(f"run {number}")

    return run


async def _until(schedule: Schedule, *events: asyncio.Event) -> None:
    running = asyncio.create_task(schedule.run())
    for event in events:
        await event.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_loop_runs_again_and_again() -> None:
    """At once, and after each interval; how it ended is remembered."""
    reached = asyncio.Event()
    schedule = Schedule([Loop("one", 0.0, _counting(4, reached))], lambda: 77.0)
    await _until(schedule, reached)

    assert Last(runs=5, failures=0, ended_at=77.0, note="run 4") == schedule.last["one"]


async def test_loop_that_fails_stops_no_other_and_goes_on_itself() -> None:
    """Its failures are counted until it succeeds."""
    bad, good = asyncio.Event(), asyncio.Event()
    loops = [Loop("bad", 0.0, _counting(3, bad, frozenset({1, 2}))), Loop("good", 0.0, _counting(3, good))]
    schedule = Schedule(loops)
    await _until(schedule, bad, good)

    assert (0, "run 3") == (schedule.last["bad"].failures, schedule.last["bad"].note)


async def test_loop_that_hangs_stops_no_other() -> None:
    """It shows by its age."""
    good, never = asyncio.Event(), asyncio.Event()

    async def hang() -> Done:
        await never.wait()
        return Done()

    schedule = Schedule([Loop("bad", 0.0, hang), Loop("good", 0.0, _counting(3, good))], lambda: 77.0)
    await _until(schedule, good)

    assert (1, 0.0) == (schedule.last["bad"].runs, schedule.last["bad"].ended_at)


async def test_cancellation_inside_a_run_is_a_failure_like_others() -> None:
    """Only our own cancellation ends a loop."""
    reached = asyncio.Event()
    count = _counting(2, reached)

    async def unlucky() -> Done:
        await count()
        raise asyncio.CancelledError

    schedule = Schedule([Loop("unlucky", 0.0, unlucky)])
    await _until(schedule, reached)

    assert (2, "CancelledError: ") == (schedule.last["unlucky"].failures, schedule.last["unlucky"].note)


async def test_failure_is_told_with_its_reason() -> None:
    """For whoever looks at the status."""
    failed = asyncio.Event()
    schedule = Schedule([Loop("bad", 0.0, _counting(2, failed, frozenset({1, 2})))])
    await _until(schedule, failed)

    assert (2, "ValueError: no luck") == (schedule.last["bad"].failures, schedule.last["bad"].note)


async def test_run_may_ask_to_come_earlier() -> None:
    """An hour is the interval; it wants to look again at once, and never later than the interval."""
    reached = asyncio.Event()
    count = _counting(3, reached)

    async def eager() -> Done:
        await count()
        return Done(again_in=0.0)

    schedule = Schedule([Loop("eager", 3600.0, eager, jitter=3600.0)])
    await _until(schedule, reached)

    assert 4 == schedule.last["eager"].runs
