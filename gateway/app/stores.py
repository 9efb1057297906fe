# ruff: noqa: PLC0415 - the store's libraries are loaded by those who open it, and by nobody else
"""From settings to the store: the only place that names its adapters, beside wiring for all others."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.adapters.storeplace import Place, StoreError
from gateway.app.settings import Settings

if TYPE_CHECKING:
    from gateway.adapters.sql.audit import Entry
    from gateway.adapters.sql.domains import SqlShards
    from gateway.adapters.sql.hosted import SqlHosted
    from gateway.adapters.sql.memos import SqlListingBook
    from gateway.adapters.sql.quarantine import SqlQuarantine
    from gateway.adapters.sql.store import Store
    from gateway.adapters.sql.vault import Vault


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is known of hosted files and attachment domains."""

    store: "Store"
    files: "SqlHosted"
    shards: "SqlShards"
    book: "SqlListingBook"


def place(settings: Settings) -> Place:
    """Return where the store is."""
    return Place(settings.store.url, settings.store.blobs, settings.store.folder)


def has_store(settings: Settings) -> bool:
    """Tell whether there is a store already."""
    database = place(settings).database
    return database is None or database.exists()


def vault(settings: Settings) -> "Vault":
    """Load the libraries of the store, which no other process needs, and return what the keeper keeps in."""
    from gateway.adapters.linkkeys import LinkKeys
    from gateway.adapters.sql.vault import LinkMaking, Vault

    hosting = settings.hosting
    return Vault(
        place(settings), LinkMaking(LinkKeys(settings.link_keys), hosting.domains, hosting.scheme, hosting.port)
    )


@contextmanager
def desk(settings: Settings) -> Iterator["SqlQuarantine"]:
    """Open the quarantine for an admin. Raises StoreError."""
    from gateway.adapters.sql.quarantine import SqlQuarantine
    from gateway.adapters.sql.store import open_store

    store = open_store(place(settings))
    try:
        yield SqlQuarantine(store)
    finally:
        store.close()


@contextmanager
def catalogue(settings: Settings) -> Iterator[Catalogue]:
    """Open what is known of hosted files and attachment domains. Raises StoreError."""
    from gateway.adapters.sql.domains import SqlShards
    from gateway.adapters.sql.hosted import SqlHosted
    from gateway.adapters.sql.memos import Memos, SqlListingBook
    from gateway.adapters.sql.store import open_store

    store = open_store(place(settings))
    try:
        book = SqlListingBook(Memos(store.engine))
        yield Catalogue(store, SqlHosted(store.engine), SqlShards(store.engine), book)
    finally:
        store.close()


def held_now(settings: Settings) -> int:
    """Return how many messages are held; looks only. Raises StoreError for a store that cannot be used."""
    from gateway.adapters.sql import schema
    from gateway.adapters.sql.engine import open_engine
    from gateway.adapters.sql.quarantine import held_in

    engine = open_engine(settings.store.url, settings.store.folder)
    try:
        if schema.current(engine) != schema.newest():
            raise StoreError("the schema is not current; run `postern store upgrade`")
        return held_in(engine)
    finally:
        engine.dispose()


def upgrade_store(settings: Settings) -> str:
    """Bring the database to the newest schema; return its revision. Raises StoreError."""
    from gateway.adapters.sql import schema
    from gateway.adapters.sql.engine import open_engine

    engine = open_engine(settings.store.url, settings.store.folder)
    try:
        schema.upgrade(engine)
        return schema.current(engine)
    finally:
        engine.dispose()


def audit_log(settings: Settings) -> tuple[Sequence["Entry"], int | None]:
    """Return the audit log, and the number of the first entry that was changed. Raises StoreError."""
    from gateway.adapters.sql import audit
    from gateway.adapters.sql.engine import reading
    from gateway.adapters.sql.store import open_store

    store = open_store(place(settings))
    try:
        with reading(store.engine) as connection:
            return list(audit.entries(connection)), audit.broken_at(connection)
    finally:
        store.close()
