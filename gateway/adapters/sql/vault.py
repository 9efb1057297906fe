"""The keeper's hands: a store that opens when it is needed, and opens anew after it failed.

A message or a file is kept when its bytes and its row are durable and the store is still the one that stands at its
path. Links are made here, so that no worker has their keys.
"""

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from gateway.adapters.keeper_frames import Host, Keep, Link, Settle
from gateway.adapters.linkkeys import LinkKeys
from gateway.adapters.sql.contents import Contents
from gateway.adapters.sql.domains import SqlShards
from gateway.adapters.sql.hosted import SqlHosted
from gateway.adapters.sql.quarantine import SqlQuarantine
from gateway.adapters.sql.store import Store, open_store
from gateway.adapters.storeplace import Place, StoreError
from gateway.edit.tokens import Claims, sign, url
from gateway.model.hosted import HostedFile, Shard
from gateway.model.limits import KIB
from gateway.ports.blobs import Blob, BlobError
from gateway.ports.hosting import NewFile
from gateway.reputation.shards import DEFAULT_POOL, assign

_PIECE = 256 * KIB
_BATCH = 100
_OVERDUE = 180.0
"""Seconds after which the end of a message has been told, as a rule; to let files live too early does no harm."""


@dataclass(frozen=True, slots=True)
class LinkMaking:
    """What links are made with."""

    keys: LinkKeys
    domains: Sequence[Shard]
    """As the settings say them."""
    scheme: str = "https"
    port: int = 443


class Vault:
    """The store as the keeper's threads share it."""

    def __init__(self, place: Place, links: LinkMaking) -> None:
        self._place = place
        self._links = links
        self._lock = threading.Lock()
        self._open: Store | None = None
        self._began = time.time()
        """Files that pend since before are of messages whose end nobody here has heard."""

    def keep(self, asked: Keep, descriptor: int) -> None:
        """Make one message durable. Raises StoreError or BlobError."""
        with self._using() as store:
            SqlQuarantine(store).keep(asked.case, asked.size, partial(_chunks, descriptor, asked.size))
            store.verify()

    def host(self, asked: Host, descriptor: int) -> str:
        """Make one file durable and return its link. Raises StoreError, BlobError or NoKeys."""
        keys, new = self._links.keys.read(), asked.new
        with self._using() as store:
            one = _placed(store, new).file
            content = Blob(one.tenant, one.sha256)
            Contents(store.engine, store.blobs).put(content, one.size, _chunks(descriptor, one.size), time.time())
            SqlHosted(store.engine).add(replace(new, file=one))
            store.verify()
        return self._url(one, _token(one, keys), one.name)

    def link(self, asked: Link) -> Sequence[str]:
        """Write the rows of links to a tenant's file hosts; return the new links. Raises StoreError or NoKeys."""
        keys = self._links.keys.read()
        with self._using() as store:
            rows = [_placed(store, one) for one in asked.new]
            SqlHosted(store.engine).add(*rows)
            store.verify()
        return [self._url(row.file, _token(row.file, keys), "") for row in rows]

    def settle(self, asked: Settle) -> None:
        """Let the files of a message live, or forget them. Raises StoreError."""
        with self._using() as store:
            SqlHosted(store.engine).settle(asked.message, delivered=asked.delivered)

    def tidy(self) -> int:
        """Do a bounded part of what is due; return how much was done. Raises StoreError or BlobError."""
        with self._using() as store:
            store.verify()
            store.blobs.sweep()
            overdue = SqlHosted(store.engine).settle_overdue(max(self._began, time.time() - _OVERDUE))
            return SqlQuarantine(store).tidy(_BATCH) + overdue

    def count(self) -> int:
        """Return how many messages are held. Raises StoreError."""
        return SqlQuarantine(self._store()).count()

    def _url(self, one: HostedFile, path: str, name: str) -> str:
        return url(one.domain, path, name, self._links.scheme, self._links.port)

    @contextmanager
    def _using(self) -> Iterator[Store]:
        """Give the store, and let go of it where that fails: nobody knows what its connections are good for."""
        store = self._store()
        try:
            yield store
        except (StoreError, BlobError):
            self._drop(store)
            raise

    def _store(self) -> Store:
        with self._lock:
            if self._open is None:
                self._open = self._opened()
            return self._open

    def _opened(self) -> Store:
        store = open_store(self._place)
        try:
            SqlShards(store.engine).declare(self._links.domains)
        except StoreError:
            store.close()
            raise
        return store

    def _drop(self, store: Store) -> None:
        """Open anew for the next one."""
        with self._lock:
            if self._open is store:
                self._open = None
        store.close()


def _placed(store: Store, new: NewFile) -> NewFile:
    """Say on which attachment domain the link is made."""
    shard = assign(new.file.tenant, SqlShards(store.engine).list(), new.pool)
    if shard is None:
        raise StoreError(f"no attachment domain is in service in pool {new.pool or DEFAULT_POOL}")
    return replace(new, file=replace(new.file, domain=shard.domain))


def _token(one: HostedFile, keys: Sequence[bytes]) -> str:
    return sign(Claims(one.id, one.tenant, one.audience, int(one.expires_at)), keys)


def _chunks(descriptor: int, size: int) -> Iterator[bytes]:
    at = 0
    while at < size:
        piece = os.pread(descriptor, min(_PIECE, size - at), at)
        if not piece:
            raise StoreError(f"the message ends at {at} instead of {size}")
        yield piece
        at += len(piece)
