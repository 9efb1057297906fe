"""Nothing that a message does to a child reaches the worker, and the next message is served."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from gateway.adapters.sandbox.crew import Counts
from gateway.adapters.sandbox.rooms import SMALL
from gateway.adapters.spool import MEMORY
from gateway.model.errors import Deferred
from gateway.model.finding import FindingKind
from gateway.model.limits import Deadline, Limits
from gateway.model.span import Span
from tests.unit.adapters.sandbox.works import ask, contents_of, kinds, many, open_descriptors, running, spool_of, twice


@pytest.mark.parametrize("content", [b"", b"x", b"x" * MEMORY, b"y" * (3 * MEMORY)], ids=len)
async def test_files_come_back_in_the_scratch(tmp_path: Path, content: bytes) -> None:
    """What the child decoded is what the worker reads, from memory and from a file."""
    async with running(tmp_path) as examiner:
        inspection = await ask(examiner, tmp_path, content)

    assert [content] == contents_of(inspection)
    inspection.scratch.close()


@pytest.mark.parametrize("order", [b"crash", b"die", b"outside", b"noroom", b"swap"])
async def test_failed_child_is_a_finding_and_the_next_message_is_served(tmp_path: Path, order: bytes) -> None:
    """A crash and an answer that cannot be true cost one child and nothing else."""
    async with running(tmp_path) as examiner:
        failed = await ask(examiner, tmp_path, order)
        served = await ask(examiner, tmp_path, b"honest")

        assert kinds(failed) == [FindingKind.EXAMINER_FAILED]
        assert len(order) == failed.examination.message.size
        assert kinds(served) == []
        assert Counts(alive=1, jobs=2, crashes=1) == examiner.counts


@pytest.mark.parametrize("order", [b"raise", b"hoard", b"flood"])
async def test_exception_of_a_parser_is_a_finding_and_the_child_lives(tmp_path: Path, order: bytes) -> None:
    """An exception, memory beyond the limit and an answer beyond the bound are told by the child itself."""
    async with running(tmp_path) as examiner:
        failed = await ask(examiner, tmp_path, order)
        served = await ask(examiner, tmp_path, b"honest")

        assert kinds(failed) == [FindingKind.EXAMINER_FAILED]
        assert kinds(served) == []
        assert Counts(alive=1, jobs=2, failures=1) == examiner.counts


async def test_child_killed_from_outside_in_the_middle_is_a_finding(tmp_path: Path) -> None:
    """Killed -9 while it works: the message has a finding, the next one a new child."""
    async with running(tmp_path) as examiner:
        working = asyncio.create_task(ask(examiner, tmp_path, b"loop"))
        (child,) = examiner._crew._children
        await asyncio.sleep(0)  # it has the message now
        os.kill(child.pid, signal.SIGKILL)

        assert kinds(await working) == [FindingKind.EXAMINER_FAILED]
        assert kinds(await ask(examiner, tmp_path, b"honest")) == []


async def test_endless_work_is_stopped_at_its_deadline(tmp_path: Path) -> None:
    """A loop ends with the deadline, and the next message is served."""
    async with running(tmp_path) as examiner:
        stopped = await ask(examiner, tmp_path, b"loop", seconds=0.3)
        served = await ask(examiner, tmp_path, b"honest")

        assert kinds(stopped) == [FindingKind.EXAMINER_TIMEOUT]
        assert kinds(served) == []
        assert Counts(alive=1, jobs=2, timeouts=1) == examiner.counts


async def test_message_that_fails_twice_is_not_run_a_third_time(tmp_path: Path) -> None:
    """The first failure stands alone; from the second on the message is too complex, without a child."""
    async with running(tmp_path) as examiner:
        answers = [kinds(await ask(examiner, tmp_path, b"crash")) for _ in range(3)]

        assert answers == [
            [FindingKind.EXAMINER_FAILED],
            [FindingKind.EXAMINER_FAILED, FindingKind.OUT_OF_TIME],
            [FindingKind.EXAMINER_FAILED, FindingKind.OUT_OF_TIME],
        ]
        assert examiner.counts.crashes == 2
        assert examiner.counts.known == 1


async def test_timeout_after_a_long_wait_does_not_count_against_the_message(tmp_path: Path) -> None:
    """A run shorter than half the limit was stopped because of our queue."""
    async with running(tmp_path) as examiner:
        spool = spool_of(tmp_path, b"loop")
        stopped = [
            kinds(await examiner.examine(spool, Limits(seconds=20), Deadline(time.monotonic() + 0.2))) for _ in range(3)
        ]

        assert stopped == [[FindingKind.EXAMINER_TIMEOUT]] * 3


async def test_limit_of_time_begins_with_the_work(tmp_path: Path) -> None:
    """The wait for a free child counts against the deadline of the message, not against its own time."""
    async with running(tmp_path) as examiner:
        spool = spool_of(tmp_path, b"loop")
        far = Deadline(time.monotonic() + 20)
        busy = asyncio.create_task(examiner.examine(spool, Limits(seconds=0.6), far))
        await asyncio.sleep(0)
        honest = await examiner.examine(spool_of(tmp_path, b"honest"), Limits(seconds=0.5), far)
        stopped = await busy

    assert kinds(stopped) == [FindingKind.EXAMINER_TIMEOUT]
    assert kinds(honest) == []


async def test_no_free_child_before_the_deadline_is_deferred(tmp_path: Path) -> None:
    """A message that nobody could look at is put off, and held against nobody."""
    async with running(tmp_path) as examiner:
        busy = asyncio.create_task(ask(examiner, tmp_path, b"loop", seconds=2))
        await asyncio.sleep(0)
        with pytest.raises(Deferred) as caught:
            await ask(examiner, tmp_path, b"honest", seconds=0.1)
        await busy

        assert "deadline" in str(caught.value.reply)


async def test_cancelled_message_does_not_block_its_child(tmp_path: Path) -> None:
    """When the client goes while its message is examined, the child is replaced."""
    async with running(tmp_path) as examiner:
        working = asyncio.create_task(ask(examiner, tmp_path, b"loop"))
        await asyncio.sleep(0)  # it has the message now
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)

        assert kinds(await ask(examiner, tmp_path, b"honest")) == []


async def test_full_disk_in_the_child_is_deferred_although_the_examiner_swallows_it(tmp_path: Path) -> None:
    """A disk that is full must never become a refusal of the message."""
    folder = tmp_path / "spool"
    async with running(folder) as examiner:
        folder.rmdir()
        spool = spool_of(tmp_path, b"swallow")
        with pytest.raises(Deferred) as caught:
            await examiner.examine(spool, Limits(), Deadline(time.monotonic() + 20))

        assert "disk_full" in str(caught.value.reply)
        spool.close()


async def test_examination_with_2500_files_fits(tmp_path: Path) -> None:
    """The bound on answers is above what the limits let an honest message have."""
    async with running(tmp_path, many) as examiner:
        inspection = await ask(examiner, tmp_path, b"abc")

    assert len(inspection.examination.artifacts) == 2500
    assert Span(7497, 7500) == inspection.examination.artifacts[-1].content
    inspection.scratch.close()


async def test_many_messages_share_few_children(tmp_path: Path) -> None:
    """Messages wait for their turn, and every answer belongs to its own message."""
    async with running(tmp_path, children=2) as examiner:
        contents = [b"%d" % i for i in range(100)]
        inspections = await asyncio.gather(*(ask(examiner, tmp_path, one) for one in contents))

        assert contents == [contents_of(one)[0] for one in inspections]
        # the second child may still be on its way when the first has done all of it
        assert Counts(alive=examiner.counts.alive, jobs=100) == examiner.counts
        assert 1 <= examiner.counts.alive <= 2


async def test_closing_ends_what_is_under_way(tmp_path: Path) -> None:
    """Nobody waits for a child that is gone; a start that has just begun leaves nothing either."""
    before = open_descriptors()
    async with running(tmp_path, children=3) as examiner:
        working = asyncio.create_task(ask(examiner, tmp_path, b"loop"))
        await asyncio.sleep(0)
        await examiner.close()

        assert kinds(await working) == [FindingKind.EXAMINER_FAILED]
    assert open_descriptors() == before


async def test_nothing_is_left_open(tmp_path: Path) -> None:
    """After crashes, timeouts, refused answers and the end no descriptor and no process remains."""
    before = open_descriptors()
    async with running(tmp_path, children=2) as examiner:
        for order in (b"crash", b"outside", b"swap", b"raise", b"honest"):
            (await ask(examiner, tmp_path, order)).scratch.close()
        (await ask(examiner, tmp_path, b"loop", seconds=0.1)).scratch.close()
        nursery = examiner._crew._nursery.pid

    assert before == open_descriptors()
    with pytest.raises(ProcessLookupError):
        os.kill(nursery, 0)


@pytest.mark.parametrize("size", [SMALL, SMALL + 1, MEMORY + 1])
async def test_large_file_comes_behind_a_descriptor_of_its_own(tmp_path: Path, size: int) -> None:
    """Whoever takes descriptors needs no copy of it; a small one is alone only by chance."""
    async with running(tmp_path, twice) as examiner:
        inspection = await ask(examiner, tmp_path, b"x" * size)

    first, second = (inspection.scratch.descriptor_of(one.content) for one in inspection.examination.artifacts)
    assert (first is not None, second is not None) == (size > SMALL, size > SMALL)
    if first is not None:
        assert os.pread(first, 2 * size, 0) == b"x" * size
    inspection.scratch.close()
