"""Asking for a file that is no longer given out."""

from pathlib import Path
from urllib.parse import urlencode

import pytest

from gateway.adapters.sql import audit
from gateway.adapters.sql.engine import reading
from gateway.model.hosted import FileState
from gateway.ports.hosting import Which
from tests.unit.web.desk import Answer, Desk

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Give a service."""
    return Desk(tmp_path)


async def asked(desk: Desk, link: str, address: str, reason: str = "") -> Answer:
    """Send the form."""
    return await desk.ask("POST", link, urlencode({"do": "ask", "address": address, "reason": reason}).encode())


async def test_recipient_reaches_the_admin(desk: Desk) -> None:
    """The alarm names file, recipient and words; the audit log has it, with a digest of the token."""
    file = desk.put(recipients=("Bob@acme.example",))
    desk.shelf.files.revoke(Which(id=file.id), "admin", "test")
    async with desk.serving():
        answer = await asked(desk, desk.link(file), "bob@ACME.example", "for\r\nthe\u202e court ")

    (alarm,) = desk.shelf.bells.rung
    with reading(desk.shelf.store.engine) as connection:
        entry = [one for one in audit.entries(connection) if one.what == "file_requested"]
    assert (200, True) == (answer.status, "passed on" in answer.text)
    assert ("file_requested", "f1", "Bob@acme.example") == (alarm.event, alarm.subject, alarm.detail["recipient"])
    assert alarm.detail["words"] == "for the court"
    assert [("recipient Bob@acme.example", "f1")] == [(one.who, one.subject) for one in entry]


async def test_others_see_the_same_and_reach_nobody(desk: Desk) -> None:
    """So that a link tells nobody who the recipients are."""
    file = desk.put(state=FileState.REVOKED)
    async with desk.serving():
        right = await asked(desk, desk.link(file), "bob@acme.example")
        wrong = await asked(desk, desk.link(file), "eve@acme.example")

    assert (right.status, right.body) == (wrong.status, wrong.body)
    assert len(desk.shelf.bells.rung) == 1


async def test_admin_is_not_flooded(desk: Desk) -> None:
    """A few times a day for one file; a client is told that it was too much."""
    file = desk.put(state=FileState.REVOKED)
    async with desk.serving():
        answers = [await asked(desk, desk.link(file), "bob@acme.example") for _ in range(12)]

    assert [200] * 10 + [429] * 2 == [one.status for one in answers]
    assert len(desk.shelf.bells.rung) == 5


@pytest.mark.parametrize("address", ["", "bob", "x@" + "y" * 300])
async def test_request_without_an_address_is_not_taken(desk: Desk, address: str) -> None:
    """And says so."""
    file = desk.put(state=FileState.REVOKED)
    async with desk.serving():
        answer = await asked(desk, desk.link(file), address)

    assert (429, []) == (answer.status, desk.shelf.bells.rung)


async def test_file_that_is_given_out_is_not_asked_for(desk: Desk) -> None:
    """Nor one of which nobody knows."""
    file = desk.put()
    async with desk.serving():
        await asked(desk, desk.link(file), "bob@acme.example")
        unknown = await asked(desk, "/x/y", "bob@acme.example")

    assert (404, []) == (unknown.status, desk.shelf.bells.rung)
