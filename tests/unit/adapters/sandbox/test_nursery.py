"""The nursery gives birth, tells of ends, and goes with its worker."""

import locale
import os
import select
import signal
from collections.abc import Iterator
from mmap import mmap
from pathlib import Path

import pytest

from gateway.adapters.sandbox.nursery import Birth, Nursery, Report
from gateway.adapters.sandbox.scratch import Scratch
from gateway.model.examination import Examination
from gateway.model.finding import Finding, FindingKind
from gateway.model.limits import Limits
from gateway.model.message import Message
from tests.unit.adapters.sandbox.works import ask, honest, root, running


@pytest.fixture(name="nursery")
def _nursery(tmp_path: Path) -> Iterator[Nursery]:
    nursery = Nursery(honest, tmp_path)
    yield nursery
    nursery.close()


def next_report(nursery: Nursery) -> Birth | Report:
    """Wait for a report."""
    assert select.select([nursery.fileno()], [], [], 10)[0]
    report = nursery.read()
    assert report is not None
    return report


def born(nursery: Nursery) -> Birth:
    """Wait for a birth."""
    nursery.ask_for_child()
    birth = next_report(nursery)
    assert isinstance(birth, Birth)
    return birth


def test_killed_child_is_reported_with_its_status(nursery: Nursery) -> None:
    """The worker learns how a child ended."""
    birth = born(nursery)
    signal.pidfd_send_signal(birth.pidfd, signal.SIGKILL)

    assert next_report(nursery) == Report(birth.pid, signal.SIGKILL)
    os.close(birth.pidfd)
    birth.channel.close()


def test_child_ends_when_the_worker_hangs_up(nursery: Nursery) -> None:
    """A retired child ends by itself, in order."""
    birth = born(nursery)
    birth.channel.recv(1000)
    birth.channel.close()

    assert next_report(nursery) == Report(birth.pid, 0)
    os.close(birth.pidfd)


def test_nothing_to_read_is_none(nursery: Nursery) -> None:
    """Reading never waits."""
    assert nursery.read() is None


def test_children_go_with_the_nursery(nursery: Nursery) -> None:
    """However the nursery ends, no child is left."""
    birth = born(nursery)
    os.kill(nursery.pid, signal.SIGKILL)

    assert select.select([birth.pidfd], [], [], 10)[0]
    with pytest.raises(EOFError):
        nursery.read()
    os.close(birth.pidfd)
    birth.channel.close()


def test_signals_of_the_terminal_do_not_end_it(nursery: Nursery) -> None:
    """Ctrl-C and SIGTERM reach the whole group; the worker still drains with its children."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(nursery.pid, number)
    birth = born(nursery)

    assert birth.pid > 0
    os.close(birth.pidfd)
    birth.channel.close()


def test_all_end_when_the_worker_is_killed(tmp_path: Path) -> None:
    """After kill -9 of the worker neither nursery nor child remains."""
    reading, writing = os.pipe()
    worker = os.fork()
    if worker == 0:
        signal.alarm(30)
        nursery = Nursery(honest, tmp_path)
        birth = born(nursery)
        os.write(writing, f"{nursery.pid} {birth.pid}".encode())
        signal.pause()
    try:
        pidfds = [os.pidfd_open(int(pid)) for pid in os.read(reading, 100).split()]
    finally:
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)

    for pidfd in pidfds:
        assert select.select([pidfd], [], [], 10)[0]
        os.close(pidfd)
    os.close(reading)
    os.close(writing)


async def test_names_are_read_in_utf_8_whatever_the_service_is_started_with(tmp_path: Path) -> None:
    """Names in archives are converted by the C library, which knows ASCII only where LC_ALL is C."""

    def naming(data: bytes | mmap, _limits: Limits, _store: Scratch) -> Examination:
        named = Finding(FindingKind.POLYGLOT, "1", locale.setlocale(locale.LC_CTYPE))
        return Examination(Message(len(data), root(len(data))), (), (named,))

    before = locale.setlocale(locale.LC_CTYPE)
    locale.setlocale(locale.LC_CTYPE, "C")
    try:
        async with running(tmp_path, naming) as examiner:
            found = (await ask(examiner, tmp_path, b"x")).examination.findings
    finally:
        locale.setlocale(locale.LC_CTYPE, before)

    assert [one.detail for one in found] == ["C.UTF-8"]
