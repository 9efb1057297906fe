"""Bans count from the next request on, and end by themselves."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from gateway.adapters.sql.audit import entries
from gateway.adapters.sql.bans import SqlBans, SqlStanding
from gateway.adapters.sql.engine import reading
from gateway.adapters.sql.hosted import SqlHosted
from gateway.adapters.sql.rescans import SqlPasses
from gateway.adapters.sql.store import Store
from gateway.model.hosted import Ban, FileState, HostedFile
from gateway.ports.hosting import Which
from gateway.ports.upkeep import Pass
from tests.unit.adapters.sql.hosting import FACTS, FILE, new

NOW = 2000.0


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Return a clock."""
    return Clock()


@pytest.fixture
def files(store: Store, clock: Clock) -> SqlHosted:
    """Return a catalogue with one file that is given out."""
    catalogue = SqlHosted(store.engine, clock)
    catalogue.add(new())
    catalogue.settle("m1", delivered=True)
    return catalogue


def state(files: SqlHosted, file_id: str = "f1") -> FileState:
    """Return what a request sees."""
    found = files.find(file_id)
    assert found is not None
    return found.state


def what_was_done(store: Store) -> list[tuple[str, str, str]]:
    """Return the audit log in short."""
    with reading(store.engine) as connection:
        return [(one.who, one.what, one.subject) for one in entries(connection)]


def test_ban_stops_files_of_its_kinds(files: SqlHosted, store: Store, clock: Clock) -> None:
    """The next request sees it, with its reason; the others stay, and the deed is in the log."""
    files.add(new(id="f2", kinds=("ext:png",)))
    files.settle("m1", delivered=True)
    bans = SqlBans(store.engine, clock)

    assert bans.ban(("ext:pdf", "family:pdf", "ext:docm"), 3000.0, "ada", "worm") == 1
    assert files.find("f1") == replace(FILE, state=FileState.BANNED, reason="worm")
    assert state(files, "f2") is FileState.LIVE
    assert [("ada", "banned", "ext:pdf family:pdf ext:docm")] == what_was_done(store)


def test_ban_ends_by_itself(files: SqlHosted, store: Store, clock: Clock) -> None:
    """At its hour, without anybody doing anything; later it is forgotten."""
    bans = SqlBans(store.engine, clock)
    bans.ban(("ext:pdf",), 3000.0, "ada", "worm")
    seen = [(state(files), list(bans.in_force()))]
    clock.now = 3000.0
    seen.append((state(files), list(bans.in_force())))

    assert [
        (FileState.BANNED, [Ban("ext:pdf", 3000.0, "worm", "ada", NOW)]),
        (FileState.LIVE, []),
    ] == seen
    assert (bans.forget(3000.0), bans.forget(3000.5)) == (0, 1)


def test_ban_can_be_taken_back_and_changed(files: SqlHosted, store: Store, clock: Clock) -> None:
    """What is not banned cannot be unbanned, and leaves no trace."""
    bans = SqlBans(store.engine, clock)
    bans.ban(("ext:pdf",), 3000.0, "ada", "worm")
    bans.ban(("ext:pdf",), 4000.0, "bob", "still")

    assert [Ban("ext:pdf", 4000.0, "still", "bob", NOW)] == list(bans.in_force())
    assert ["ext:pdf"] == bans.unban(("ext:pdf", "ext:exe"), "ada")
    assert [] == bans.unban(("ext:pdf",), "ada")
    assert state(files) is FileState.LIVE
    assert ["banned", "banned", "unbanned"] == [what for _, what, _ in what_was_done(store)]


def test_files_that_only_a_ban_keeps_back_are_found(files: SqlHosted, store: Store, clock: Clock) -> None:
    """Of those that are meant; none where the ban has ended, or something else keeps them back."""
    files.add(new(id="f2", message="m2", created_at=1500.0), new(id="f3", message="m2", tenant="other"))
    files.settle("m2", delivered=True)
    files.add(new(id="f4", message="m4"), new(id="f5", message="m5", kinds=("ext:png",)))
    files.settle("m5", delivered=True)
    bans = SqlBans(store.engine, clock)
    bans.ban(("ext:pdf", "family:pdf"), 3000.0, "ada", "worm")
    found = [one.id for one in bans.covered(Which(tenant="acme", state=FileState.BANNED), 9)]
    clock.now = 3000.0

    assert (["f2", "f1"], []) == (found, bans.covered(Which(), 9))


def test_files_are_walked_oldest_first(store: Store, files: SqlHosted) -> None:
    """A tenant's, page by page, also those of one moment; those that are revoked or pend are left out."""
    for one in ("f4", "f3"):
        files.add(new(id=one, message="m2"))
    files.settle("m2", delivered=True)
    files.add(new(id="f0", created_at=1500.0, message="m3"))
    files.settle("m3", delivered=True)
    files.add(new(id="f5", message="m4"))
    files.add(new(id="f6", message="m5"))
    files.add(new(id="f7", tenant="other", message="m3"))
    files.settle("m5", delivered=True)
    files.revoke(Which(id="f6"), "ada", "bad")
    standing, last, seen = SqlStanding(store.engine), None, list[HostedFile]()
    while page := standing.walk("acme", last, 2):
        seen += [file for file, facts in page if facts == FACTS]
        last = page[-1][0]

    assert ["f1", "f3", "f4", "f0"] == [one.id for one in seen]


def test_policy_forbids_and_allows(files: SqlHosted, store: Store) -> None:
    """One file each; a file that was revoked meanwhile stays so, and one that had no clean scan waits for it."""
    files.add(new(id="f2", message="m2", scanned_at=0.0))
    files.settle("m2", delivered=True)
    standing = SqlStanding(store.engine)

    assert standing.forbid({"f1": "executable", "f2": "macros"}, "ada") == 2
    assert files.find("f1") == replace(FILE, state=FileState.BANNED, reason="executable")
    files.revoke(Which(id="f1"), "ada", "bad")
    assert standing.allow(["f1", "f2"], "ada") == 1
    assert [FileState.REVOKED, FileState.SCANNING] == [state(files, one) for one in ("f1", "f2")]
    assert standing.allow([], "ada") == 0
    assert ["banned by policy"] * 2 + ["revoked", "allowed by policy"] == [what for _, what, _ in what_was_done(store)]


def _plans(store: Store, files: SqlHosted) -> list[tuple[str, str]]:
    """Ask what a million rows must not slow down; return each statement and how SQLite goes about it."""
    asked: list[tuple[str, Any]] = []

    def listen(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        asked.append((statement, parameters))

    bans, standing, passes, found = SqlBans(store.engine), SqlStanding(store.engine), SqlPasses(store.engine), FILE
    event.listen(store.engine, "before_cursor_execute", listen)
    bans.ban(("ext:pdf", "family:pdf"), 9e9, "ada", "worm")
    files.find("f1")
    bans.covered(Which(tenant="acme"), 10)
    bans.unban(("ext:pdf",), "ada")
    standing.walk("acme", None, 10)
    standing.walk("acme", found, 10)
    standing.forbid({"f1": "no"}, "ada")
    standing.allow(["f1"], "ada")
    passes.save(passes.begin(Pass(0, "why", "", 5.0, 5.0)))
    passes.open()
    passes.last(10)
    passes.left(5.0)
    event.remove(store.engine, "before_cursor_execute", listen)
    with reading(store.engine) as connection:
        return [
            (statement, row[3])
            for statement, parameters in asked
            if not isinstance(parameters, list) and statement.split()[0] in {"SELECT", "UPDATE", "DELETE"}
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_no_question_reads_all_files(store: Store, files: SqlHosted) -> None:
    """Each has its index; what has a limit sorts no more than files of one moment."""
    plans = _plans(store, files)

    assert plans
    assert [] == [one for one in plans if one[1].startswith("SCAN hosted")]
    assert [] == [one for one in plans if "hosted" in one[0] and one[1] == "USE TEMP B-TREE FOR ORDER BY"]
