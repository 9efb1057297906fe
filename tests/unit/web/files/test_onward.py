"""Links to a tenant's own file host: on to where it is now, as long as the row says so."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.model.hosted import LINK_TYPE, FileState, HostedFile
from gateway.model.links import LinkHost, Links
from gateway.ports.hosting import NewFile, Which
from gateway.web.files.onward import location
from tests.unit.adapters.sql.hosting import FILE, new
from tests.unit.web.desk import Desk

TARGET = "https://files.old.example/share/a%20b.pdf?v=2#p"
MOVED = Links((LinkHost("files.old.example", "/share/", "https://new.example:8443/s/"),))


@pytest.mark.parametrize(
    ("hosts", "place"),
    [
        (MOVED.hosts, "https://new.example:8443/s/a%20b.pdf?v=2#p"),
        ((LinkHost("files.old.example"),), TARGET),
        ((LinkHost("files.old.example", "/other/"), *MOVED.hosts), "https://new.example:8443/s/a%20b.pdf?v=2#p"),
        ((LinkHost("files.other.example"),), None),
        ((), None),
    ],
)
def test_policy_says_where_files_are(hosts: tuple[LinkHost, ...], place: str | None) -> None:
    """The first place that fits; without `to` where they were; nowhere without one."""
    assert place == location(TARGET, hosts)


def put(desk: Desk, **changes: object) -> HostedFile:
    """Write the row of a link."""
    now = time.time()
    link = replace(FILE, id="l1", name=TARGET, media_type=LINK_TYPE, has_content=False, created_at=now, scanned_at=0.0)
    file = replace(link, expires_at=now + 1000, state=FileState.LIVE, kinds=(), **changes)  # type: ignore[arg-type]
    desk.shelf.files.add(NewFile(file, "", new().facts))
    return file


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Give a service to a tenant that has moved."""
    made = Desk(tmp_path)
    made.links = MOVED
    return made


@pytest.mark.enable_socket
async def test_reader_is_sent_on_and_the_journal_knows(desk: Desk) -> None:
    """By GET and HEAD, with or without slashes behind the token; never by a page of ours."""
    link = put(desk)
    path = desk.link(link).rpartition("/")[0]
    async with desk.serving():
        answers = [await desk.ask(method, path + end) for method, end in (("GET", "/"), ("HEAD", "///"), ("GET", ""))]

    assert [(302, "https://new.example:8443/s/a%20b.pdf?v=2#p")] * 3 == [
        (one.status, one.head["location"]) for one in answers
    ]
    assert [("127.0.0.0/24", 0)] * 3 == [(one.address, one.size) for one in desk.journal(link)]


@pytest.mark.enable_socket
async def test_row_and_policy_decide_on_every_request(desk: Desk) -> None:
    """Revoked and restored at once; without its host in the policy it leads nowhere."""
    link = put(desk)
    async with desk.serving():
        path = desk.link(link)
        desk.shelf.files.revoke(Which(message=link.message), "me", "phishing")
        revoked = await desk.ask("GET", path)
        desk.shelf.files.restore(link.id, "me", "a mistake")
        restored = await desk.ask("GET", path)
        desk.links = Links()
        gone = await desk.ask("GET", path)

    assert [451, 302, 410] == [one.status for one in (revoked, restored, gone)]
    assert "location" not in revoked.head | gone.head


@pytest.mark.enable_socket
async def test_expired_and_foreign_tokens_lead_nowhere(desk: Desk) -> None:
    """The hour of the token counts, and whose it is."""
    link = put(desk)
    async with desk.serving():
        answers = [await desk.ask("GET", desk.link(link, **one)) for one in ({"expires_at": 1}, {"tenant": "other"})]

    assert [410, 404] == [one.status for one in answers]
