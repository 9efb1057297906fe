"""Children are replaced whatever ends them, and the loss of the nursery is told."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from gateway.model.errors import Deferred
from tests.unit.adapters.sandbox.works import ask, kinds, running, until


async def test_child_is_replaced_after_its_number_of_jobs(tmp_path: Path) -> None:
    """Fragmentation and slow leaks are bounded."""
    async with running(tmp_path, jobs_per_child=2) as examiner:
        seen = set()
        for _ in range(5):
            await until(lambda: examiner.counts.alive == 1)
            seen |= {child.pid for child in examiner._crew._children}
            assert kinds(await ask(examiner, tmp_path, b"honest")) == []

        assert len(seen) == 3
        assert examiner.counts.crashes == 0


async def test_child_that_ends_while_idle_is_not_lent(tmp_path: Path) -> None:
    """Its place is taken by another before a message meets it."""
    async with running(tmp_path) as examiner:
        await ask(examiner, tmp_path, b"honest")
        (child,) = examiner._crew._children
        os.kill(child.pid, signal.SIGKILL)
        await until(lambda: not child.is_alive)

        assert kinds(await ask(examiner, tmp_path, b"honest")) == []
        assert examiner.counts.crashes == 0


async def test_lost_nursery_is_told_and_messages_are_deferred(tmp_path: Path) -> None:
    """The worker can end itself to get a new one; until then mail is put off."""
    async with running(tmp_path) as examiner:
        os.kill(examiner._crew._nursery.pid, signal.SIGKILL)
        async with asyncio.timeout(10):
            await examiner.broken.wait()
        with pytest.raises(Deferred):
            await ask(examiner, tmp_path, b"honest")
