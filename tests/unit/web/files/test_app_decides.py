"""When a file is given out, and when not: its state, the domain, the scanner, and how often."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.model.hosted import FileState, HostedFile, ShardState
from gateway.model.limits import Deadline
from gateway.ports.files import Unavailable
from gateway.ports.hosting import Which
from tests.unit.web.desk import SHARD, TERMS, Desk

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Give a service."""
    return Desk(tmp_path)


class Scanner:
    """A stand-in for a rescanner: a real one's silence cannot be made to come at the right moment."""

    def __init__(self, state: FileState | None) -> None:
        self.state = state
        self.scans = 0

    def is_current(self, file: HostedFile) -> bool:
        """Everything is due."""
        return False

    async def rescan(self, file: HostedFile, deadline: Deadline) -> FileState:
        """Say what was told, or nothing."""
        self.scans += 1
        await asyncio.sleep(0.05)
        if self.state is None:
            raise Unavailable("silent")
        return self.state


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        (FileState.REVOKED, 451, "taken back"),
        (FileState.BANNED, 451, "blocked"),
        (FileState.EXPIRED, 410, "expired"),
        (FileState.PENDING, 503, "on its way"),
        (FileState.SCANNING, 503, "being checked"),
    ],
)
async def test_every_state_says_plainly_what_it_is(desk: Desk, state: FileState, status: int, words: str) -> None:
    """By GET, by POST, and with a ticket from better days."""
    file = desk.put()
    async with desk.serving():
        place = (await desk.ask("POST", desk.link(file), b"do=download")).head["location"]
        with desk.shelf.store.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE hosted SET state = '{state}'")
        answers = [
            await desk.ask("GET", desk.link(file)),
            await desk.ask("POST", desk.link(file), b"do=download"),
            await desk.ask("GET", place),
        ]

    assert [status] * 3 == [one.status for one in answers]
    assert all(words in one.text for one in answers)
    assert (status == 503) == ("retry-after" in answers[0].head)
    assert list(desk.journal(file)) == []


async def test_revocation_counts_at_once(desk: Desk) -> None:
    """The next request sees it, also one with a ticket."""
    file = desk.put()
    async with desk.serving():
        place = (await desk.ask("POST", desk.link(file), b"do=download")).head["location"]
        before = await desk.ask("GET", place)
        desk.shelf.files.revoke(Which(id=file.id), "admin", "test")
        after = await desk.ask("GET", place)

    assert (200, 451) == (before.status, after.status)


async def test_link_works_on_any_healthy_domain_and_on_no_other_name(desk: Desk) -> None:
    """Old links after a rotation; names that only lead here."""
    desk.declare(SHARD, "files2.example")
    file = desk.put()
    async with desk.serving():
        hosts = ("files1.example", "files2.example", "FILES2.example.:8443", "evil.example", "127.0.0.1")
        answers = [await desk.ask("GET", desk.link(file), host=one) for one in hosts]

    assert [200, 200, 200, 404, 404] == [one.status for one in answers]


async def test_resting_domain_leads_to_another(desk: Desk) -> None:
    """A page with a link, nothing automatic: nobody is to see the two domains together."""
    desk.declare(SHARD, "files2.example")
    desk.shards.set_state(SHARD, ShardState.RESTING, "admin", "listed")
    file = desk.put()
    async with desk.serving():
        page = await desk.ask("GET", desk.link(file))
        click = await desk.ask("POST", desk.link(file), b"do=download")
        there = page.text.partition('href="https://files2.example')[2].partition('"')[0]
        followed = await desk.ask("GET", there, host="files2.example")

    assert (503, 503, 200) == (page.status, click.status, followed.status)


async def test_file_is_scanned_before_it_goes(tmp_path: Path) -> None:
    """Once for all who ask at the same time."""
    scanner = Scanner(FileState.LIVE)
    desk = Desk(tmp_path, rescanner=scanner)
    file = desk.put()
    async with desk.serving():
        clicks = await asyncio.gather(*(desk.ask("POST", desk.link(file), b"do=download") for _ in range(5)))

    assert ([303] * 5, 1) == ([one.status for one in clicks], scanner.scans)


@pytest.mark.parametrize(("state", "status"), [(FileState.REVOKED, 451), (None, 503)])
async def test_nothing_goes_that_a_scan_speaks_against(tmp_path: Path, state: FileState | None, status: int) -> None:
    """Neither a bad one nor one of which nobody knows."""
    desk = Desk(tmp_path, rescanner=Scanner(state))
    file = desk.put()
    async with desk.serving():
        click = await desk.ask("POST", desk.link(file), b"do=download")

    assert status == click.status


async def test_downloads_are_limited(tmp_path: Path) -> None:
    """Of one file in an hour, and of one client."""
    for number, terms in enumerate((replace(TERMS, per_hour=2), replace(TERMS, client_per_hour=2))):
        folder = tmp_path / str(number)
        folder.mkdir()
        desk = Desk(folder, terms)
        file = desk.put()
        async with desk.serving():
            answers = [await desk.download(desk.link(file)) for _ in range(3)]

        assert [200, 200, 429] == [one.status for one in answers]
        assert int(answers[2].head["retry-after"]) > 0
