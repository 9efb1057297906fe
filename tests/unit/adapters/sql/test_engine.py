"""What is committed is on disk, and what fails is told in words without secrets."""

from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.adapters.sql.engine import open_engine, reading, writing
from gateway.adapters.sql.store import Store
from gateway.adapters.storeplace import StoreError


def test_sqlite_waits_for_the_disk(tmp_path: Path) -> None:
    """WAL with synchronous=FULL (2): a commit returns after fsync."""
    engine = open_engine("", tmp_path)
    with reading(engine) as connection:
        found = [
            connection.execute(text(f"PRAGMA {one}")).scalar()
            for one in ("journal_mode", "synchronous", "foreign_keys")
        ]
    engine.dispose()

    assert found == ["wal", 2, 1]


@pytest.mark.enable_socket
def test_postgresql_waits_for_the_disk(fresh_database: str) -> None:
    """Whatever its configuration says."""
    engine = open_engine(fresh_database, Path())
    with reading(engine) as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
    engine.dispose()


def test_transaction_that_fails_leaves_nothing(store: Store) -> None:
    """All of it or none."""

    def half() -> None:
        with writing(store.engine) as connection:
            connection.execute(text("CREATE TABLE half (a INTEGER)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    with pytest.raises(StoreError, match="half"), reading(store.engine) as connection:
        connection.execute(text("SELECT * FROM half"))


def test_reader_does_not_wait_for_a_writer(store: Store) -> None:
    """A list may be looked at while a message is being kept."""
    with writing(store.engine), reading(store.engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM held")).scalar() == 0


@pytest.mark.enable_socket
def test_server_that_is_not_there_is_told_without_the_password() -> None:
    """The words go to the log."""
    engine = open_engine("postgresql://postern:s3cret@127.0.0.1:1/none", Path())
    with pytest.raises(StoreError) as caught, reading(engine):
        pass
    engine.dispose()

    assert "s3cret" not in str(caught.value)


def test_address_that_is_none_is_told_without_being_shown() -> None:
    """It may hold a password."""
    with pytest.raises(StoreError) as caught:
        open_engine("postgresql://a:s3cret@[::1/x:y", Path())

    assert "s3cret" not in str(caught.value)
