"""What jobs must know again after a restart: a small JSON document for each of them, the last one written."""

import time
from collections.abc import Callable
from functools import partial

import msgspec
from sqlalchemy import Engine, select

from gateway.adapters.sql.engine import reading, writing
from gateway.adapters.sql.retry import retried
from gateway.adapters.sql.tables import MEMOS
from gateway.ports.listings import Book

_LISTINGS = "listings"
_read_book = msgspec.json.Decoder(Book).decode


class Memos:
    """Documents by name."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def load(self, name: str) -> str:
        """Return what was last written; empty where nothing was."""
        with reading(self._engine) as connection:
            return connection.execute(select(MEMOS.c.content).where(MEMOS.c.name == name)).scalar() or ""

    def save(self, name: str, content: str) -> None:
        """Write it, in place of what was there."""
        retried(partial(self._save, name, content))

    def _save(self, name: str, content: str) -> None:
        said = {"at": self._clock(), "content": content}
        with writing(self._engine) as connection:
            if not connection.execute(MEMOS.update().where(MEMOS.c.name == name).values(said)).rowcount:
                connection.execute(MEMOS.insert().values(name=name, **said))


class SqlListingBook:
    """Implements `ports.listings.ListingBook`."""

    def __init__(self, memos: Memos) -> None:
        self._memos = memos

    def load(self) -> Book:
        """Return what was last saved; an empty book for what another version of the program wrote."""
        content = self._memos.load(_LISTINGS)
        try:
            return _read_book(content) if content else Book()
        except msgspec.DecodeError:
            return Book()

    def save(self, book: Book) -> None:
        """Keep it."""
        self._memos.save(_LISTINGS, msgspec.json.encode(book).decode())
