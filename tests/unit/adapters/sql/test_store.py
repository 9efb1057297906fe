"""A store opens where it is right, and notices when it has gone."""

import shutil
from pathlib import Path

import pytest

from gateway.adapters.sql.store import open_store
from gateway.adapters.storeplace import Place, StoreError


def test_sqlite_is_made_and_brought_up_to_date(tmp_path: Path) -> None:
    """In a folder that is there; only its owner may look into the contents."""
    store = open_store(Place("", "", tmp_path))
    store.verify()
    store.close()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["blobs", "postern.db"]
    assert (tmp_path / "blobs").stat().st_mode & 0o077 == 0


def test_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """It may be a disk that is not mounted."""
    with pytest.raises(StoreError, match="is not there"):
        open_store(Place("", "", tmp_path / "none"))


def test_store_that_was_replaced_is_noticed(tmp_path: Path) -> None:
    """Writing to a removed file is no storage; neither is another file at its place."""
    folder = tmp_path / "store"
    folder.mkdir()
    store = open_store(Place("", "", folder))
    shutil.rmtree(folder)
    with pytest.raises(StoreError, match="has gone"):
        store.verify()
    folder.mkdir()
    other = open_store(Place("", "", folder))
    with pytest.raises(StoreError, match="has gone"):
        store.verify()
    other.verify()
    store.close()
    other.close()


@pytest.mark.enable_socket
def test_postgresql_waits_for_an_admin_to_upgrade(fresh_database: str, tmp_path: Path) -> None:
    """Several machines share it: none of them changes it on its own."""
    with pytest.raises(StoreError, match="postern store upgrade"):
        open_store(Place(fresh_database, "", tmp_path))


def test_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    """Never overwritten."""
    (tmp_path / "postern.db").write_bytes(b"something else" * 1000)
    with pytest.raises(StoreError, match="not a database"):
        open_store(Place("", "", tmp_path))
