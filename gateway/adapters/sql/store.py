"""The store as one thing: database and contents, opened together, and still the ones that were opened.

A folder that was removed or unmounted under a running process keeps taking writes that nobody will ever find
again, so `verify` compares what is open with what stands at the path; only after that is anything durable.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from gateway.adapters.blobs import ObjectBlobs, open_blobs
from gateway.adapters.sql import schema
from gateway.adapters.sql.engine import open_engine
from gateway.adapters.storeplace import Place, StoreError
from gateway.ports.blobs import BlobError


@dataclass(frozen=True, slots=True)
class Store:
    """An open store."""

    place: Place
    engine: Engine
    blobs: ObjectBlobs
    inode: tuple[int, int] | None
    """Of the database file."""

    def verify(self) -> None:
        """Raise StoreError where what is open is no longer what stands at its path."""
        if _inode(self.place.database) != self.inode:
            raise StoreError(f"{self.place.database} has gone, or is another file now")

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def open_store(place: Place) -> Store:
    """Open the store, for one user at a time or many. Raises StoreError, also for a schema that is not current.

    SQLite belongs to one machine, so its schema is brought up to date here; on PostgreSQL `postern store upgrade` does.
    """
    if not place.folder.is_dir():
        raise StoreError(f"{place.folder} is not there")
    engine = open_engine(place.url, place.folder)
    try:
        _bring_up_to_date(engine, place)
        if place.contents:
            place.contents.mkdir(mode=0o700, exist_ok=True)
        return Store(place, engine, open_blobs(place.blobs, place.contents or place.folder), _inode(place.database))
    except BlobError as error:
        engine.dispose()
        raise StoreError(str(error)) from error
    except BaseException:
        engine.dispose()
        raise


def _bring_up_to_date(engine: Engine, place: Place) -> None:
    if schema.current(engine) == schema.newest():
        return
    if place.url:
        raise StoreError("the schema is not current; run `postern store upgrade`")
    schema.upgrade(engine)


def _inode(path: Path | None) -> tuple[int, int] | None:
    if path is None:
        return None
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino
