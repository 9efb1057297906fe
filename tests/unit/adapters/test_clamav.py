"""Scanning with a real clamd; lies, cuts and silence from a stand-in."""

import asyncio
import hashlib
import socket
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from gateway.adapters.clamav import ClamAV
from gateway.adapters.clamav_wire import Patience
from gateway.adapters.spool import MEMORY, SpoolFolder
from gateway.model.limits import Deadline
from gateway.model.scan import Outcome, ScanResult
from gateway.model.span import Span
from gateway.ports.inspection import Scannable
from tests.services.clamd import BODY_MARK, EICAR, Clamd
from tests.services.lying_clamd import LyingClamd
from tests.unit.adapters.sandbox.works import open_descriptors
from tests.unit.adapters.test_clamav_wire import LIES

CLEAN, INFECTED, UNKNOWN = Outcome.CLEAN, Outcome.INFECTED, Outcome.UNKNOWN
SOON = Patience(connect=0.5, idle=0.5)
FOUND = b"stream: Test.Found FOUND\0"


_made: list[ClamAV] = []


@pytest.fixture(autouse=True)
async def _hang_up() -> AsyncIterator[None]:
    """Close what a test has opened."""
    yield
    while _made:
        _made.pop().close()


def scanner(tmp_path: Path, *addresses: str, **settings: Any) -> ClamAV:
    """Give a scanner with little patience."""
    _made.append(ClamAV(addresses, SpoolFolder(tmp_path / "spool"), **{"patience": SOON, **settings}))
    return _made[-1]


async def scan(with_: ClamAV, tmp_path: Path, *contents: bytes, seconds: float = 20) -> list[ScanResult]:
    """Scan contents that lie one behind the other in one spool."""
    spool = SpoolFolder(tmp_path / "spool")()
    files, at = [], 0
    for i, content in enumerate(contents):
        spool.write(content)
        files.append(Scannable(str(i), hashlib.sha256(content).hexdigest(), spool, Span(at, spool.size)))
        at = spool.size
    try:
        return list(await with_.scan(files, Deadline(time.monotonic() + seconds)))
    finally:
        spool.close()


def outcomes(results: list[ScanResult]) -> list[Outcome]:
    """Return what was said of each."""
    return [one.outcome for one in results]


@pytest.mark.enable_socket
@pytest.mark.parametrize("over", ["unix", "tcp"])
async def test_real_clamd_tells_clean_from_infected(tmp_path: Path, clamd: Clamd, over: str) -> None:
    """Every file has its own verdict: a whole spool, spans of one, in memory and on the disk, and empty ones."""
    contents = [b"clean", EICAR, b"", b"y" * (2 * MEMORY), b"y" * MEMORY + BODY_MARK]
    clamav = scanner(tmp_path, getattr(clamd, over))
    together = await scan(clamav, tmp_path, *contents)
    alone = [(await scan(clamav, tmp_path, one))[0] for one in contents]

    assert outcomes(together) == [CLEAN, INFECTED, CLEAN, CLEAN, INFECTED]
    assert outcomes(alone) == outcomes(together)
    assert [one.where for one in together] == ["0", "1", "2", "3", "4"]
    assert together[1].signature == "Eicar-Test-File.UNOFFICIAL"
    assert together[0].engine.startswith("ClamAV ")


@pytest.mark.parametrize("lie", LIES, ids=repr)
async def test_lie_is_unknown(tmp_path: Path, lie: bytes) -> None:
    """Fail closed: what is not one whole verdict has a reason and no verdict."""
    with LyingClamd(tmp_path / "s", lie) as liar:
        clamav = scanner(tmp_path, liar.address)
        (result,) = await scan(clamav, tmp_path, b"x")

    assert result.outcome is UNKNOWN
    assert liar.address in result.detail


async def test_unknown_is_asked_of_the_next_address(tmp_path: Path, clamd: Clamd) -> None:
    """One clamd with an error does not hold mail up while another can tell."""
    with LyingClamd(tmp_path / "s", b"fd[1]: Can't allocate memory ERROR\0") as liar:
        clamav = scanner(tmp_path, liar.address, clamd.unix)
        results = await scan(clamav, tmp_path, b"clean", EICAR)

    assert outcomes(results) == [CLEAN, INFECTED]


async def test_infection_is_not_overridden_by_the_next_address(tmp_path: Path, clamd: Clamd) -> None:
    """Who finds something is not outvoted."""
    with LyingClamd(tmp_path / "s", FOUND) as first:
        clamav = scanner(tmp_path, first.address, clamd.unix)
        results = await scan(clamav, tmp_path, b"clean")

    assert outcomes(results) == [INFECTED]


async def test_silent_address_is_left_for_the_next_one_and_tried_last_for_a_while(tmp_path: Path, clamd: Clamd) -> None:
    """A wedged clamd costs one message its patience, not every message."""
    with LyingClamd(tmp_path / "s", b"", hangs=True) as silent:
        clamav = scanner(tmp_path, silent.address, clamd.unix)
        results = [outcomes(await scan(clamav, tmp_path, b"%d" % i)) for i in range(3)]

        assert results == [[CLEAN]] * 3
        assert silent.count(b"zFILDES") == 1


async def test_clamd_that_is_down_is_unknown_and_serves_again_after_its_restart(tmp_path: Path, clamd: Clamd) -> None:
    """Nothing passes while it is down, and nobody has to help afterwards."""
    clamav = scanner(tmp_path, clamd.unix, watch_seconds=0)
    clamd.stop()
    try:
        down = await scan(clamav, tmp_path, b"clean")
    finally:
        clamd.start()
    up = await scan(clamav, tmp_path, b"clean")

    assert outcomes(down) == [UNKNOWN]
    assert outcomes(up) == [CLEAN]


async def test_verdict_is_cached_until_the_signatures_change(tmp_path: Path) -> None:
    """The same content is scanned once for each version of the signatures."""
    with LyingClamd(tmp_path / "s", FOUND) as asked:
        clamav = scanner(tmp_path, asked.address, watch_seconds=0.05)
        first = await scan(clamav, tmp_path, b"x")
        again = await scan(clamav, tmp_path, b"x")
        asked.version = b"ClamAV 1.4.6/27801/Sun Nov 22 09:00:00 2026\0"
        await asyncio.sleep(0.06)  # the watch's own interval
        changed = await scan(clamav, tmp_path, b"x")

        assert [first[0].cached, again[0].cached, changed[0].cached] == [False, True, False]
        assert [one[0].outcome for one in (first, again, changed)] == [INFECTED] * 3
        assert changed[0].engine == "ClamAV 1.4.6/27801/Sun Nov 22 09:00:00 2026"
        assert asked.count(b"zFILDES") == 2


async def test_version_is_asked_once_in_its_interval(tmp_path: Path) -> None:
    """Not for each message."""
    with LyingClamd(tmp_path / "s", FOUND) as asked:
        clamav = scanner(tmp_path, asked.address, watch_seconds=60)
        for i in range(5):
            await scan(clamav, tmp_path, b"%d" % i)

        assert asked.count(b"zVERSION") == 1


async def test_unknown_is_not_cached(tmp_path: Path) -> None:
    """A scanner that recovers is believed at once."""
    with LyingClamd(tmp_path / "s", b"junk\0") as asked:
        clamav = scanner(tmp_path, asked.address)
        before = await scan(clamav, tmp_path, b"x")
        asked.answer = FOUND
        after = await scan(clamav, tmp_path, b"x")

    assert outcomes(before) == [UNKNOWN]
    assert outcomes(after) == [INFECTED]


async def test_deadline_ends_a_scan_that_hangs(tmp_path: Path) -> None:
    """The caller has its answer about when its time is over."""
    with LyingClamd(tmp_path / "s", b"", hangs=True) as silent:
        clamav = scanner(tmp_path, silent.address, patience=Patience(idle=60))
        async with asyncio.timeout(10):
            (result,) = await scan(clamav, tmp_path, b"x", seconds=0.3)

    assert result.outcome is UNKNOWN
    assert result.detail


async def test_waiting_for_a_turn_ends_with_the_deadline(tmp_path: Path) -> None:
    """When all turns are taken by a wedged clamd, the next message is told so in time, and leaves nothing open."""
    before = open_descriptors()
    with LyingClamd(tmp_path / "s", b"", hangs=True) as silent:
        clamav = scanner(tmp_path, silent.address, patience=Patience(idle=60), at_once=1)
        busy = asyncio.create_task(scan(clamav, tmp_path, b"x", seconds=2))
        await asyncio.sleep(0)
        (result,) = await scan(clamav, tmp_path, b"y", seconds=0.1)
        await busy

    assert result == ScanResult("0", UNKNOWN, detail="no turn in time")
    assert open_descriptors() == before


async def test_cancelled_scan_leaves_nothing_open(tmp_path: Path) -> None:
    """A client that went away takes its questions along, and the turn is free again."""
    with LyingClamd(tmp_path / "s", b"", hangs=True) as silent:
        clamav = scanner(tmp_path, silent.address, patience=Patience(idle=60), at_once=1)
        before = open_descriptors()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await scan(clamav, tmp_path, b"x")
        after = open_descriptors() - len(silent.kept)
        (result,) = await scan(clamav, tmp_path, b"y", seconds=0.1)

    assert after == before
    assert result.detail.endswith("timed out")


async def test_crowded_clamd_is_asked_again_until_it_takes_the_connection(tmp_path: Path) -> None:
    """A full backlog is no failure: connect(2) says EAGAIN for it on a unix socket."""
    path = tmp_path / "crowded"
    with socket.socket(socket.AF_UNIX) as listener, ExitStack() as crowd:
        listener.bind(str(path))
        listener.listen(0)
        for _ in range(2):
            crowding = crowd.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK))
            crowding.connect_ex(str(path))
        (result,) = await scan(scanner(tmp_path, f"unix:{path}"), tmp_path, b"x")

    assert "Resource temporarily unavailable" in result.detail


async def test_full_disk_is_unknown(tmp_path: Path, clamd: Clamd) -> None:
    """A span that cannot be copied has no verdict; what needs no copy has one."""
    folder = SpoolFolder(tmp_path / "spool")
    spool = folder()
    spool.write(b"x" * (2 * MEMORY))
    whole, part = Span(0, 2 * MEMORY), Span(1, 2 * MEMORY)
    clamav = scanner(tmp_path, clamd.unix)
    (tmp_path / "spool").rmdir()
    files = [Scannable("whole", "a", spool, whole), Scannable("part", "b", spool, part)]
    results = list(await clamav.scan(files, Deadline(time.monotonic() + 20)))

    assert outcomes(results) == [CLEAN, UNKNOWN]
    spool.close()


async def test_doctor_sees_every_address(tmp_path: Path, clamd: Clamd) -> None:
    """What answers and what does not, each with its words."""
    clamav = scanner(tmp_path, clamd.unix, f"unix:{tmp_path}/nobody")
    alive, dead = await clamav.version()

    assert (alive.address, alive.error) == (clamd.unix, "")
    assert alive.engine.startswith("ClamAV ")
    assert (dead.engine, dead.error) == ("", "[Errno 2] No such file or directory")


def test_no_address_is_a_mistake(tmp_path: Path) -> None:
    """A scanner that asks nobody would never have a verdict."""
    with pytest.raises(ValueError, match="no clamd address"):
        ClamAV([], SpoolFolder(tmp_path / "spool"))


async def test_sessions_are_kept_and_outlive_a_restart(tmp_path: Path, clamd: Clamd) -> None:
    """A message costs no connection; a clamd that was started again meanwhile is asked at once."""
    clamav = scanner(tmp_path, clamd.unix)
    first = await scan(clamav, tmp_path, b"1", EICAR)
    opened = open_descriptors()
    again = await scan(clamav, tmp_path, b"2", b"3")
    kept = open_descriptors()
    clamd.restart()
    after = await scan(clamav, tmp_path, b"4", EICAR + b"5")

    assert [outcomes(one) for one in (first, again, after)] == [[CLEAN, INFECTED], [CLEAN, CLEAN], [CLEAN, CLEAN]]
    assert kept == opened
