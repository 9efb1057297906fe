"""The catalogue as the files service asks for it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.adapters.sql.bans import SqlBans
from gateway.adapters.sql.lending import SqlLending
from gateway.model.hosted import Download, FileState
from gateway.ports.files import Plea, Unavailable
from gateway.ports.hosting import Which
from tests.unit.jobs.shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """Give three files."""
    made = Shelf(tmp_path)
    for name in ("f1", "f2", "f3"):
        made.put(name, name.encode(), kinds=(f"ext:{name}",))
    yield made
    made.store.close()


def test_withdrawn_files_are_found_among_many(shelf: Shelf) -> None:
    """Revoked, banned, or gone altogether."""
    lending = SqlLending(shelf.store.engine)
    shelf.files.revoke(Which(id="f1"), "admin", "test")
    SqlBans(shelf.store.engine).ban(["ext:f2"], time.time() + 60, "admin", "worm")

    assert {"f1", "f2", "f9"} == set(lending.withdrawn(["f1", "f2", "f3", "f9"]))
    assert set() == set(lending.withdrawn([]))


def test_ban_holds_for_the_next_request_and_ends_by_itself(shelf: Shelf) -> None:
    """Nothing is remembered between two requests."""
    now = time.time()
    SqlBans(shelf.store.engine).ban(["ext:f2"], now + 60, "admin", "worm")
    states = [SqlLending(shelf.store.engine, clock=lambda at=at: at).find("f2") for at in (now, now + 61)]  # type: ignore[misc]

    assert [FileState.BANNED, FileState.LIVE] == [one.state for one in states if one]


def test_journal_counts_what_was_downloaded(shelf: Shelf) -> None:
    """Several lines at once; files that have gone have none."""
    lending = SqlLending(shelf.store.engine)
    lines = [Download(at, "t", "192.0.2.0/24", 5) for at in (10.0, 20.0, 30.0)]
    lending.record([("f1", lines[0]), ("f1", lines[1]), ("f2", lines[2]), ("f9", lines[2])])

    assert (2, 1, 0) == (
        lending.downloads_since("f1", 0.0),
        lending.downloads_since("f1", 15.0),
        lending.downloads_since("f9", 0.0),
    )
    assert (2, 1) == (shelf.find("f1").downloads, shelf.find("f2").downloads)


def test_pleas_are_bounded(shelf: Shelf) -> None:
    """So many in the time that the caller names."""
    lending = SqlLending(shelf.store.engine)
    pleas = [Plea(at, "t", "192.0.2.0/24", "bob@acme.example", "please") for at in (10.0, 20.0, 30.0)]

    assert [True, True, False] == [lending.plead("f1", one, 0.0, 2) for one in pleas]
    assert lending.plead("f1", pleas[2], 15.0, 2)


def test_trouble_of_the_store_is_told_in_the_ports_word(shelf: Shelf) -> None:
    """Whatever is asked."""
    with shelf.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE hosted RENAME TO lost")
    with pytest.raises(Unavailable):
        SqlLending(shelf.store.engine).find("f1")
