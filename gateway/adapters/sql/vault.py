"""The keeper's hands: a store that opens when it is needed, and opens anew after it failed.

A message is kept when its bytes and its row are durable and the store is still the one that stands at its path.
"""

import os
import threading
from collections.abc import Iterator
from functools import partial

from gateway.adapters.keeper_frames import Keep
from gateway.adapters.sql.quarantine import SqlQuarantine
from gateway.adapters.sql.store import Store, open_store
from gateway.adapters.storeplace import Place, StoreError
from gateway.model.limits import KIB
from gateway.ports.blobs import BlobError

_PIECE = 256 * KIB
_BATCH = 100


class Vault:
    """The store as the keeper's threads share it."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._open: Store | None = None

    def keep(self, asked: Keep, descriptor: int) -> None:
        """Make one message durable. Raises StoreError or BlobError."""
        store = self._store()
        try:
            SqlQuarantine(store).keep(asked.case, asked.size, partial(_chunks, descriptor, asked.size))
            store.verify()
        except (StoreError, BlobError):
            self._drop(store)
            raise

    def tidy(self) -> int:
        """Do a bounded part of what is due; return how much was done. Raises StoreError or BlobError."""
        store = self._store()
        try:
            store.verify()
            store.blobs.sweep()
            return SqlQuarantine(store).tidy(_BATCH)
        except (StoreError, BlobError):
            self._drop(store)
            raise

    def count(self) -> int:
        """Return how many messages are held. Raises StoreError."""
        return SqlQuarantine(self._store()).count()

    def _store(self) -> Store:
        with self._lock:
            if self._open is None:
                self._open = open_store(self._place)
            return self._open

    def _drop(self, store: Store) -> None:
        """Open anew for the next one: after a failure nobody knows what the connections are good for."""
        with self._lock:
            if self._open is store:
                self._open = None
        store.close()


def _chunks(descriptor: int, size: int) -> Iterator[bytes]:
    at = 0
    while at < size:
        piece = os.pread(descriptor, min(_PIECE, size - at), at)
        if not piece:
            raise StoreError(f"the message ends at {at} instead of {size}")
        yield piece
        at += len(piece)
