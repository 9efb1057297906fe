"""Hosted files as an admin sees them."""

import time

import pytest

from gateway.app.config import load
from gateway.app.filesdesk import banned_by, files_desk
from gateway.model.hosted import FileState
from gateway.ports.hosting import Which
from tests.services.clamd import Clamd
from tests.unit.cli.hosted_place import hosted_place


def test_list_shows_what_requests_see() -> None:
    """An emergency ban covers files that are given out, and no reason of another kind is hidden by it."""
    with hosted_place() as (_, settings), files_desk(settings) as desk:
        desk.catalogue.files.revoke(Which(id="f1"), "ada", "spam")
        desk.bans.ban(("ext:exe", "ext:pdf"), time.time() + 60, "ada", "worm")
        seen = {one.id: (one.state, one.reason) for one in desk.list(Which(), 9)}
        found = desk.catalogue.files.find("f2")

        assert found is not None
        assert ["ext:exe"] == [one.kind for one in banned_by(found, desk.bans.in_force())]
    assert {"f1": (FileState.REVOKED, "spam"), "f2": (FileState.BANNED, "worm")} == seen


def test_list_of_a_state_is_of_what_requests_see() -> None:
    """A file that only a ban keeps back is among the banned ones, and not among those that are given out."""
    with hosted_place() as (_, settings), files_desk(settings) as desk:
        desk.standing.forbid({"f1": "policy"}, "ada")
        desk.bans.ban(("ext:exe", "ext:pdf"), time.time() + 60, "ada", "worm")
        found = {state: [one.id for one in desk.list(Which(state=state), 9)] for state in FileState}

    assert ["f1", "f2"] == found.pop(FileState.BANNED)
    assert [[]] * 5 == list(found.values())


@pytest.mark.parametrize("tenant", ["", "example", "nobody"])
def test_policies_are_applied_to_whom_they_belong(tenant: str) -> None:
    """To all tenants where none is named."""
    with hosted_place() as (_, settings), files_desk(settings) as desk:
        seen = {one.tenant: one.seen for one in desk.apply(tenant, "ada", only_look=True)}

    assert seen == ({} if tenant == "nobody" else {"example": 2})


async def test_one_scan_without_a_verdict_stops_no_other(clamd: Clamd) -> None:
    """Its reason stands where the state would."""
    with hosted_place() as (here, _):
        here.settings.write_text(here.settings.read_text().replace("unix:/nonexistent/clamd.ctl", clamd.unix))
        with files_desk(load(here.settings, {})) as desk:
            files = desk.list(Which(), 9)
            contents = desk.settings.store.folder / "blobs"
            next(contents.rglob(files[0].sha256)).unlink()
            states = dict(await desk.rescan(files))

    assert "live" == states.pop(files[1].id)
    assert "BlobMissing" in states.pop(files[0].id)
