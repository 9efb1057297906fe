"""Hosted files in the database, as the files service asks for them: a row for each request, nothing remembered.

The service has pools of its own to the database, and waits for no writer: SQLite's readers see a snapshot.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from functools import partial
from typing import ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, Select, and_, func, select

from gateway.adapters.sql.audit import Deed, note
from gateway.adapters.sql.domains import SqlShards
from gateway.adapters.sql.engine import reading, writing
from gateway.adapters.sql.hosted import SqlHosted
from gateway.adapters.sql.hosted_rows import HOUR
from gateway.adapters.sql.retry import retried
from gateway.adapters.sql.tables import BANS, DOWNLOADS, HOSTED, HOSTED_KINDS, REQUESTS
from gateway.adapters.storeplace import StoreError
from gateway.model.hosted import Download, FileState, HostedFile, Shard
from gateway.ports.files import Plea, Unavailable

_BATCH = 500
"""Names in one statement."""
_P = ParamSpec("_P")
_T = TypeVar("_T")


class SqlLending:
    """Implements `ports.files.Lending`."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._files = SqlHosted(engine, clock)
        self._shards = SqlShards(engine, clock)
        self._clock = clock

    def find(self, file_id: str) -> HostedFile | None:
        """Return the file as it is now, bans considered."""
        return _told(self._files.find, file_id)

    def shards(self) -> Sequence[Shard]:
        """Return all attachment domains."""
        return _told(self._shards.list)

    def downloads_since(self, file_id: str, since: float) -> int:
        """Count downloads of a file in its journal."""
        return _told(self._count, select(func.count()).where(DOWNLOADS.c.id == file_id, DOWNLOADS.c.at >= since))

    def withdrawn(self, ids: Collection[str]) -> Collection[str]:
        """Return those of `ids` that must not be given out any more, also for a ban."""
        return _told(self._withdrawn, sorted(ids))

    def _withdrawn(self, ids: Sequence[str]) -> Collection[str]:
        given: set[str] = set()
        with reading(self._engine) as connection:
            for first in range(0, len(ids), _BATCH):
                some = HOSTED.c.id.in_(ids[first : first + _BATCH])
                live = select(HOSTED.c.id).where(some, HOSTED.c.state == FileState.LIVE, HOSTED.c.has_content)
                given |= set(connection.execute(live).scalars())
            if connection.execute(select(BANS.c.kind).where(BANS.c.until > self._clock()).limit(1)).first():
                given -= self._banned(connection, sorted(given))
        return set(ids) - given

    def _banned(self, connection: Connection, ids: Sequence[str]) -> set[str]:
        found: set[str] = set()
        in_force = and_(BANS.c.kind == HOSTED_KINDS.c.kind, BANS.c.until > self._clock())
        for first in range(0, len(ids), _BATCH):
            some = HOSTED_KINDS.c.id.in_(ids[first : first + _BATCH])
            found |= set(connection.execute(select(HOSTED_KINDS.c.id).join(BANS, in_force).where(some)).scalars())
        return found

    def record(self, lines: Sequence[tuple[str, Download]]) -> None:
        """Write into the journals of files, and count, in one transaction; files that have gone have no journal."""
        _told(self._record, lines)

    def _record(self, lines: Sequence[tuple[str, Download]]) -> None:
        counts = Counter(file_id for file_id, _ in lines)
        with writing(self._engine) as connection:
            known = {
                file_id
                for file_id, count in counts.items()
                if connection.execute(
                    HOSTED.update()
                    .where(HOSTED.c.id == file_id)
                    .values(downloads=HOSTED.c.downloads + count, rank=HOSTED.c.rank + HOUR * count)
                ).rowcount
            }
            if rows := [{"id": file_id, **asdict(line)} for file_id, line in lines if file_id in known]:
                connection.execute(DOWNLOADS.insert(), rows)

    def plead(self, file_id: str, plea: Plea, since: float, most: int) -> bool:
        """Write a plea down, and into the audit log; tell whether it was."""
        return _told(retried, partial(self._plead, file_id, plea, since, most))

    def _plead(self, file_id: str, plea: Plea, since: float, most: int) -> bool:
        theirs = (REQUESTS.c.id == file_id, REQUESTS.c.at >= since)
        words = f"<{plea.recipient}> {plea.words}".strip()
        row = {"id": file_id, "at": plea.at, "token": plea.token, "address": plea.address, "words": words}
        with writing(self._engine) as connection:
            if connection.execute(select(func.count()).where(*theirs)).scalar_one() >= most:
                return False
            connection.execute(REQUESTS.insert().values(row))
            said = {"token": plea.token, "address": plea.address, "words": plea.words}
            note(connection, Deed(plea.at, f"recipient {plea.recipient}", "file_requested", file_id, said))
        return True

    def _count(self, counted: Select[int]) -> int:
        with reading(self._engine) as connection:
            return connection.execute(counted).scalar_one()


def _told(ask: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Turn the store's trouble into the port's word."""
    try:
        return ask(*args, **kwargs)
    except StoreError as error:
        raise Unavailable(str(error)) from error
