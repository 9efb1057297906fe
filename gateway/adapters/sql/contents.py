"""Which contents of the blob store are in use, so that none is removed while somebody puts it again.

A put first touches the content's row, then stores the bytes, then refers to them. Removal takes only rows that
nobody refers to and nobody touched for a while, one at a time, and removes the bytes while it holds the row: a put
that comes meanwhile waits, and stores them anew.

Whoever ends a reference says so by `doubt`, in the same transaction. So removal looks at contents that were put or let
go since it last looked, and never at a million that are in use.
"""

from collections.abc import Iterable
from functools import partial

from sqlalchemy import Connection, Engine, Select, and_, exists, not_, or_, select, tuple_

from gateway.adapters.sql.engine import reading, writing
from gateway.adapters.sql.retry import retried
from gateway.adapters.sql.tables import BLOBS, HELD, HOSTED
from gateway.ports.blobs import Blob, BlobStore

GRACE = 3600.0
"""Seconds from a put until the reference must stand."""

_IS_USED = or_(
    exists().where(HELD.c.tenant == BLOBS.c.tenant, HELD.c.sha256 == BLOBS.c.sha256, HELD.c.has_original),
    exists().where(HOSTED.c.tenant == BLOBS.c.tenant, HOSTED.c.sha256 == BLOBS.c.sha256, HOSTED.c.has_content),
)


def doubt(connection: Connection, which: Select[tuple[str, str]]) -> None:
    """Have contents looked at, tenant and digest of each, that a reference to has ended or is about to."""
    connection.execute(BLOBS.update().where(tuple_(BLOBS.c.tenant, BLOBS.c.sha256).in_(which)).values(is_doubtful=True))


class Contents:
    """The contents that rows of the database refer to."""

    def __init__(self, engine: Engine, blobs: BlobStore) -> None:
        self._engine = engine
        self._blobs = blobs

    def put(self, blob: Blob, size: int, chunks: Iterable[bytes], now: float) -> None:
        """Make the content durable; it stays for GRACE, and then as long as a row refers to it."""
        retried(partial(self._touch, blob, size, now))
        self._blobs.put(blob, chunks)

    def _touch(self, blob: Blob, size: int, now: float) -> None:
        one = and_(BLOBS.c.tenant == blob.tenant, BLOBS.c.sha256 == blob.sha256)
        with writing(self._engine) as connection:
            if not connection.execute(BLOBS.update().where(one).values(touched_at=now, is_doubtful=True)).rowcount:
                connection.execute(
                    BLOBS.insert().values(tenant=blob.tenant, sha256=blob.sha256, size=size, touched_at=now)
                )

    def remove_unused(self, now: float, limit: int) -> int:
        """Look at up to `limit` contents that may be of no use, and remove those; return how many were looked at."""
        is_due = and_(BLOBS.c.is_doubtful, BLOBS.c.touched_at < now - GRACE)
        with reading(self._engine) as connection:
            found = connection.execute(select(BLOBS.c.tenant, BLOBS.c.sha256).where(is_due).limit(limit)).all()
        return sum(self._look(Blob(*row), now) for row in found)

    def _look(self, blob: Blob, now: float) -> bool:
        this = and_(BLOBS.c.tenant == blob.tenant, BLOBS.c.sha256 == blob.sha256)
        still = and_(this, BLOBS.c.is_doubtful, BLOBS.c.touched_at < now - GRACE)
        with writing(self._engine) as connection:
            # this locks the row, so that a reference that ends meanwhile raises its doubt afterwards
            if not connection.execute(BLOBS.update().where(still).values(is_doubtful=False)).rowcount:
                return False
            if connection.execute(BLOBS.delete().where(this, not_(_IS_USED))).rowcount:
                self._blobs.delete(blob)
            return True
