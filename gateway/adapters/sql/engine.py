"""Connections to the database, so that what is committed survives a loss of power.

SQLite runs in WAL with synchronous=FULL: a commit returns after fsync. Writers begin with the write lock, so
that none fails half-way; readers see a snapshot and block nobody. PostgreSQL commits synchronously, whatever its
configuration says. Every failure of the database is a `StoreError`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError

from gateway.adapters.storeplace import StoreError

BUSY_SECONDS = 10
"""How long a statement waits for another process."""
_READS = "postern_reads"


def open_engine(url: str, folder: Path) -> Engine:
    """Return the engine for a PostgreSQL `url`; without one, for the SQLite file in `folder`. Connects to nothing."""
    if not url:
        return _sqlite(folder / "postern.db")
    try:
        made = make_url(url).set(drivername="postgresql+psycopg")
        return create_engine(
            made,
            pool_pre_ping=True,
            pool_timeout=BUSY_SECONDS,
            connect_args={
                "connect_timeout": 5,
                "options": f"-c synchronous_commit=on -c lock_timeout={BUSY_SECONDS}s -c statement_timeout=60s",
            },
        )
    except (ArgumentError, ValueError):  # whose words hold the address, and so the password
        raise StoreError("store.url is not an address of PostgreSQL") from None


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Run one transaction; it is durable when this ends without an exception."""
    with failures(), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Look at one state of the database."""
    with failures(), engine.connect().execution_options(**{_READS: True}) as connection:
        yield connection


@contextmanager
def failures() -> Iterator[None]:
    """Turn what the library raises into StoreError; two writers of one key are the caller's business."""
    try:
        yield
    except IntegrityError:
        raise
    except (SQLAlchemyError, OSError) as error:
        raise StoreError(_words(error)) from error


def _words(error: Exception) -> str:
    """Return the first line of what the database said; statements and their values stay out of it."""
    said = getattr(error, "orig", None) or error
    return f"{type(said).__name__}: {said}".partition("\n")[0][:500]


def _sqlite(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS}, pool_timeout=BUSY_SECONDS)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say so
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()
        _sync_folder(path.parent)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        is_reading = connection.get_execution_options().get(_READS)
        connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")

    return engine


def _sync_folder(folder: Path) -> None:
    """Make the names of new files durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
