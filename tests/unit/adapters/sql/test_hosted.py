"""Rows of hosted files: what they say is what every process does at its next request."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from gateway.adapters.sql.audit import entries
from gateway.adapters.sql.contents import Contents
from gateway.adapters.sql.engine import reading, writing
from gateway.adapters.sql.hosted import HISTORY, SqlHosted
from gateway.adapters.sql.store import Store
from gateway.adapters.sql.tables import BANS, HOSTED_KINDS
from gateway.model.hosted import Download, FileState, HostedFile
from gateway.ports.hosting import UnknownFile, Which
from tests.unit.adapters.sql.hosting import FACTS, FILE, new


@pytest.fixture
def files(store: Store) -> SqlHosted:
    """Return an empty catalogue at a time."""
    return SqlHosted(store.engine, lambda: 2000.0)


def ids(found: Sequence[HostedFile]) -> list[str]:
    """Return which they are."""
    return [one.id for one in found]


def state(files: SqlHosted, file_id: str = "f1") -> FileState | None:
    """Return the state that a request sees."""
    found = files.find(file_id)
    return found.state if found else None


def test_a_file_comes_back_as_it_was_written(files: SqlHosted) -> None:
    """With all that was known of it."""
    files.add(new())

    assert files.find("f1") == FILE
    assert files.facts("f1") == FACTS
    assert files.find("f2") is None
    with pytest.raises(UnknownFile):
        files.facts("f2")


def test_delivered_files_live(files: SqlHosted) -> None:
    """Those that had no scan yet wait for it."""
    files.add(new())
    files.add(new(id="f2", scanned_at=0.0))
    files.add(new(id="f3", message="m2"))

    assert files.settle("m1", delivered=True) == 2
    assert [FileState.LIVE, FileState.SCANNING, FileState.PENDING] == [state(files, one) for one in ("f1", "f2", "f3")]


def test_files_of_a_refused_mail_are_forgotten(files: SqlHosted) -> None:
    """Even where they were taken for overdue meanwhile; those of other mails stay."""
    files.add(new())
    files.add(new(id="f3", message="m2"))
    files.settle_overdue(2000.0)

    assert files.settle("m1", delivered=False) == 1
    assert [None, FileState.LIVE] == [state(files, one) for one in ("f1", "f3")]


def test_files_of_which_nobody_hears_live(files: SqlHosted) -> None:
    """Once they are old enough; a link in a delivered mail is never dead."""
    files.add(new())
    files.add(new(id="f2", created_at=1500.0))

    assert files.settle_overdue(1500.0) == 1
    assert [FileState.LIVE, FileState.PENDING] == [state(files, one) for one in ("f1", "f2")]


def test_a_revoked_file_does_not_come_back_by_delivery(files: SqlHosted) -> None:
    """It was revoked while its mail was on the way."""
    files.add(new())
    files.revoke(Which(id="f1"), "ada", "bad")
    files.settle("m1", delivered=True)

    assert replace(FILE, state=FileState.REVOKED, reason="bad") == files.find("f1")


@pytest.mark.parametrize(
    ("which", "hit"),
    [
        (Which(id="f1"), ["f1"]),
        (Which(sha256="a" * 64), ["f1", "f2"]),
        (Which(sha256="a" * 64, tenant="acme"), ["f1"]),
        (Which(sender="ada@sender.example"), ["f1", "f3"]),
        (Which(message="m1"), ["f1", "f2"]),
        (Which(message_id="<3@sender.example>"), ["f3"]),
    ],
)
def test_files_are_revoked_by_any_of_their_names(which: Which, hit: list[str], files: SqlHosted, store: Store) -> None:
    """All that fit and no other; the audit log knows of it."""
    files.add(new())
    files.add(new(id="f2", tenant="other", sender="eve@sender.example"))
    files.add(new(id="f3", sha256="b" * 64, message="m3", message_id="<3@sender.example>"))
    files.settle_overdue(9999.0)

    assert files.revoke(which, "ada", "bad") == len(hit)
    assert hit == sorted(ids(files.list(Which(state=FileState.REVOKED), 10)))
    assert files.revoke(which, "ada", "bad") == 0
    with reading(store.engine) as connection:
        assert [("ada", "revoked")] == [(one.who, one.what) for one in entries(connection)]


def test_revoking_what_is_not_named_is_a_mistake(files: SqlHosted) -> None:
    """It would be every file of everybody."""
    with pytest.raises(ValueError, match="named"):
        files.revoke(Which(), "ada", "bad")


def test_a_revoked_file_can_be_restored(files: SqlHosted) -> None:
    """But none that is gone."""
    files.add(new())
    files.settle("m1", delivered=True)
    files.revoke(Which(id="f1"), "ada", "bad")

    assert files.restore("f1", "ada", "was good")
    assert replace(FILE, state=FileState.LIVE) == files.find("f1")
    assert not files.restore("f1", "ada", "again")
    assert not files.restore("f2", "ada", "unknown")


def test_a_ban_holds_from_its_row_on_and_ends_by_itself(files: SqlHosted, store: Store) -> None:
    """Every request asks for it."""
    files.add(new())
    files.settle("m1", delivered=True)
    ban = {"kind": "ext:pdf", "until": 2001.0, "reason": "worm", "who": "ada", "since": 1.0}
    with writing(store.engine) as connection:
        connection.execute(BANS.insert().values(ban))

    assert replace(FILE, state=FileState.BANNED, reason="worm") == files.find("f1")
    assert replace(FILE, state=FileState.LIVE) == SqlHosted(store.engine, lambda: 2001.0).find("f1")


def test_downloads_are_counted_and_kept_as_long_as_the_file(files: SqlHosted) -> None:
    """The journal goes with its file."""
    download = Download(1500.0, "d1", "192.0.2.0/24", 7)
    files.add(new())
    files.record_download("f1", download)
    files.record_download("f1", replace(download, at=1600.0))
    files.record_download("f9", download)

    found = files.find("f1")
    assert found
    assert found.downloads == 2
    assert [1600.0, 1500.0] == [one.at for one in files.journal("f1", 10)]
    files.settle("m1", delivered=False)
    assert [] == files.journal("f1", 10)


def test_rescans_go_from_new_and_much_downloaded_to_old(files: SqlHosted) -> None:
    """In pieces, each below the last; what was scanned since is left out."""
    for number in range(5):
        files.add(new(id=f"f{number}", created_at=1000.0 + number, scanned_at=100.0 * number, message=f"m{number}"))
    files.settle_overdue(9999.0)
    files.record_download("f1", Download(1500.0, "d1", "192.0.2.0/24", 7))
    first = files.due_for_rescan(350.0, 2)
    rest = files.due_for_rescan(350.0, 9, below=first[-1].rank)

    assert ["f1", "f3"] == [one.file.id for one in first]
    assert ["f2", "f0"] == [one.file.id for one in rest]


def test_a_clean_scan_lets_waiting_files_live(files: SqlHosted) -> None:
    """And revives nothing else."""
    files.add(new(scanned_at=0.0))
    files.add(new(id="f2", message="m2"))
    files.settle_overdue(9999.0)
    files.revoke(Which(id="f2"), "ada", "bad")
    files.mark_scanned(["f1", "f2"], 1800.0, "ClamAV 1.4/2")

    live = replace(FILE, state=FileState.LIVE, scanned_at=1800.0, signatures="ClamAV 1.4/2")
    assert live == files.find("f1")
    assert state(files, "f2") is FileState.REVOKED


def test_suspects_of_a_domain(files: SqlHosted) -> None:
    """Those that it gives out, newest first."""
    files.add(new())
    files.add(new(id="f2", created_at=1500.0))
    files.add(new(id="f3", domain="files2.example"))
    files.settle_overdue(9999.0)

    assert ["f2", "f1"] == ids(files.suspects_of("files1.example", 10))
    assert ["f2"] == ids(files.suspects_of("files1.example", 1))


def test_files_expire_and_are_forgotten_long_after(files: SqlHosted, store: Store) -> None:
    """A revoked one says so to the end; rows of other tables go along."""
    files.add(new())
    files.add(new(id="f2"))
    files.settle("m1", delivered=True)
    files.revoke(Which(id="f2"), "ada", "bad")

    assert files.expire(8999.0, 10) == 0
    assert files.expire(9000.0, 1) == 1
    assert files.expire(9000.0, 10) == 1
    assert [FileState.EXPIRED, FileState.REVOKED] == [state(files, one) for one in ("f1", "f2")]
    assert not files.restore("f2", "ada", "too late")
    assert files.expire(9000.0 + HISTORY, 10) == 2
    with reading(store.engine) as connection:
        assert [] == connection.execute(HOSTED_KINDS.select()).all()


def _plans(store: Store, files: SqlHosted) -> list[str]:
    """Run everything that a million rows must not slow down, and return how SQLite goes about it."""
    asked: list[tuple[str, Any]] = []

    def listen(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        asked.append((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", listen)
    files.due_for_rescan(5.0, 10)
    files.due_for_rescan(5.0, 10, below=7.0)
    files.suspects_of("files1.example", 10)
    files.settle("m1", delivered=True)
    files.settle("m9", delivered=False)
    files.settle_overdue(5.0)
    Contents(store.engine, store.blobs).remove_unused(5.0, 10)
    files.expire(5.0, 10)
    files.list(Which(tenant="acme"), 10)
    files.find("f1")
    for which in (Which("x"), Which(sha256="x"), Which(sender="x"), Which(message="x"), Which(message_id="x")):
        files.revoke(which, "ada", "bad")
    event.remove(store.engine, "before_cursor_execute", listen)
    with reading(store.engine) as connection:
        return [
            row[3]
            for statement, parameters in asked
            if "hosted" in statement or "blobs" in statement
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_no_question_reads_all_rows(store: Store, files: SqlHosted) -> None:
    """Each has its index, and none sorts more than it returns."""
    files.add(new())
    plans = _plans(store, files)

    assert plans
    assert not [
        plan
        for plan in plans
        if plan.startswith(("SCAN hosted", "SCAN blobs")) or "USE TEMP B-TREE FOR ORDER BY" == plan
    ]
