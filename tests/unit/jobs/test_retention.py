"""Files end, then their bytes, then their rows and journals."""

from gateway.adapters.sql.bans import SqlBans
from gateway.adapters.sql.contents import GRACE
from gateway.adapters.sql.hosted import HISTORY
from gateway.jobs.retention import Retention
from gateway.model.hosted import Download, FileState
from gateway.ports.blobs import Blob
from tests.unit.jobs.shelf import Shelf


def retention(shelf: Shelf, now: float) -> Retention:
    """Return the loop at a time."""
    return Retention(shelf.files, shelf.contents, SqlBans(shelf.store.engine), lambda: now)


async def test_file_ends_with_its_bytes_and_later_with_its_journal(shelf: Shelf) -> None:
    """The page can still say that it has expired, and for whom it was."""
    one = shelf.put("f1", b"content", expires_at=9000.0)
    shelf.put("f2", b"another", expires_at=1e12)
    shelf.files.record_download("f1", Download(3000.0, "t", "192.0.2.0/24", 7))
    content = Blob(one.tenant, one.sha256)
    done = await retention(shelf, 9000.0 + GRACE).run()

    assert "1 files ended or forgotten, 2 contents looked at" == done.note
    assert {"f1": FileState.EXPIRED, "f2": FileState.LIVE} == shelf.states()
    assert (None, 1) == (shelf.store.blobs.stat(content), len(shelf.files.journal("f1", 9)))
    await retention(shelf, 9000.0 + HISTORY).run()
    assert (None, []) == (shelf.files.find("f1"), shelf.files.journal("f1", 9))


async def test_bytes_stay_as_long_as_another_file_needs_them(shelf: Shelf) -> None:
    """Two mails brought the same file to one tenant."""
    shelf.put("f1", b"content", expires_at=9000.0)
    two = shelf.put("f2", b"content", expires_at=1e12)
    await retention(shelf, 9000.0 + GRACE).run()

    assert 7 == shelf.store.blobs.stat(Blob(two.tenant, two.sha256))


async def test_run_with_more_to_do_asks_to_come_again(shelf: Shelf) -> None:
    """Each part is bounded, so that nobody waits long for the database."""
    for number in range(3):
        shelf.put(f"f{number}", b"content", expires_at=9000.0)
    again = Retention(shelf.files, shelf.contents, SqlBans(shelf.store.engine), lambda: 9000.0, batch=2)

    assert [0.0, None] == [(await again.run()).again_in for _ in range(2)]
