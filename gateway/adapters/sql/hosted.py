"""Hosted files in the database, their bytes in the blob store.

A file is there when its row is committed, which happens after its bytes are durable. Bytes stay as long as a row says
so. Every request asks the row anew, so that what is taken back is gone at once for every process.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial

from sqlalchemy import ColumnElement, Connection, Engine, case, select, update

from gateway.adapters.sql.audit import Deed, note
from gateway.adapters.sql.contents import doubt
from gateway.adapters.sql.engine import reading, writing
from gateway.adapters.sql.hosted_rows import COLUMNS, HOUR, SERVED, ban_on, conditions, facts, hosted, insert
from gateway.adapters.sql.retry import retried
from gateway.adapters.sql.tables import DOWNLOADS, HOSTED
from gateway.model.facts import Facts
from gateway.model.hosted import LINK_TYPE, Download, FileState, HostedFile
from gateway.model.policy import DAY
from gateway.ports.hosting import NewFile, Ranked, UnknownFile, Which

HISTORY = 90 * DAY
"""Seconds that the row of a file and its journal are kept after it expired."""
_ENDED = (FileState.REVOKED, FileState.EXPIRED)


class SqlHosted:
    """Implements `ports.hosting.HostedFiles`."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def add(self, *new: NewFile) -> None:
        """Write files, all of them or none."""
        with writing(self._engine) as connection:
            for one in new:
                insert(connection, one)

    def settle(self, message: str, *, delivered: bool) -> int:
        """Let the pending files of a message live, or forget all of them."""
        theirs = HOSTED.c.message == message
        with writing(self._engine) as connection:
            if delivered:
                return _enliven(connection, theirs)
            doubt(connection, select(HOSTED.c.tenant, HOSTED.c.sha256).where(theirs))
            return connection.execute(HOSTED.delete().where(theirs)).rowcount

    def settle_overdue(self, before: float) -> int:
        """Let pending files live that came before a time."""
        with writing(self._engine) as connection:
            return _enliven(connection, HOSTED.c.created_at < before)

    def find(self, file_id: str) -> HostedFile | None:
        """Return the file as it is now."""
        with reading(self._engine) as connection:
            row = connection.execute(select(*COLUMNS).where(HOSTED.c.id == file_id)).mappings().first()
            if row is None:
                return None
            found = hosted(row)
            banned = ban_on(connection, file_id, self._clock()) if found.state in SERVED else None
        if banned is not None:
            return replace(found, state=FileState.BANNED, reason=banned)
        return found

    def facts(self, file_id: str) -> Facts:
        """Return what was known of the file when it came. Raises UnknownFile."""
        with reading(self._engine) as connection:
            found = facts(connection, file_id)
        if found is None:
            raise UnknownFile(file_id)
        return found

    def list(self, which: Which, limit: int) -> Sequence[HostedFile]:
        """Return the files that fit, newest first."""
        newest = select(*COLUMNS).where(*conditions(which)).order_by(HOSTED.c.created_at.desc(), HOSTED.c.id)
        with reading(self._engine) as connection:
            return [hosted(row) for row in connection.execute(newest.limit(limit)).mappings()]

    def journal(self, file_id: str, limit: int) -> Sequence[Download]:
        """Return the downloads of a file, newest first."""
        columns = (DOWNLOADS.c.at, DOWNLOADS.c.token, DOWNLOADS.c.address, DOWNLOADS.c.size)
        newest = select(*columns).where(DOWNLOADS.c.id == file_id).order_by(DOWNLOADS.c.at.desc()).limit(limit)
        with reading(self._engine) as connection:
            return [Download(*row) for row in connection.execute(newest)]

    def record_download(self, file_id: str, download: Download) -> None:
        """Write a download into the journal of its file, and count it."""
        counted = {"downloads": HOSTED.c.downloads + 1, "rank": HOSTED.c.rank + HOUR}
        with writing(self._engine) as connection:
            if connection.execute(HOSTED.update().where(HOSTED.c.id == file_id).values(counted)).rowcount:
                connection.execute(DOWNLOADS.insert().values(id=file_id, **asdict(download)))

    def revoke(self, which: Which, who: str, why: str) -> int:
        """Take back every file that fits."""
        asked = {key: value for key, value in asdict(which).items() if value}
        if not asked:
            raise ValueError("no file is named")
        return retried(partial(self._revoke, which, Deed(self._clock(), who, "revoked", _subject(asked), asked), why))

    def _revoke(self, which: Which, deed: Deed, why: str) -> int:
        still = HOSTED.c.state.not_in(_ENDED)
        taken = HOSTED.update().where(*conditions(which), still).values(state=FileState.REVOKED, reason=why)
        with writing(self._engine) as connection:
            count = connection.execute(taken).rowcount
            if count:
                note(connection, replace(deed, detail={**deed.detail, "why": why, "files": count}))
            return count

    def restore(self, file_id: str, who: str, why: str) -> bool:
        """Give a revoked or banned file out again."""
        return retried(partial(self._restore, file_id, Deed(self._clock(), who, "restored", file_id, {"why": why})))

    def _restore(self, file_id: str, deed: Deed) -> bool:
        is_back = HOSTED.c.state.in_((FileState.REVOKED, FileState.BANNED))
        is_there = HOSTED.c.has_content | (HOSTED.c.media_type == LINK_TYPE)
        this = (HOSTED.c.id == file_id, is_there, is_back)
        with writing(self._engine) as connection:
            restored = bool(connection.execute(HOSTED.update().where(*this).values(_given_out())).rowcount)
            if restored:
                note(connection, deed)
            return restored

    def due_for_rescan(self, before: float, limit: int, below: float | None = None) -> Sequence[Ranked]:
        """Return files not scanned since `before`, of a lower rank than `below`.

        With the rank of the last one as the next `below`, going through all of them is one walk along the index.
        """
        due = [HOSTED.c.has_content, HOSTED.c.state.in_(SERVED), HOSTED.c.scanned_at < before]
        if below is not None:
            due.append(HOSTED.c.rank < below)
        chosen = select(*COLUMNS).where(*due).order_by(HOSTED.c.rank.desc()).limit(limit)
        with reading(self._engine) as connection:
            return [Ranked(row["rank"], hosted(row)) for row in connection.execute(chosen).mappings()]

    def mark_scanned(self, ids: Sequence[str], at: float, signatures: str) -> None:
        """Note a clean scan; files that waited for one live."""
        lives = case((HOSTED.c.state == FileState.SCANNING, FileState.LIVE), else_=HOSTED.c.state)
        with writing(self._engine) as connection:
            noted = update(HOSTED).where(HOSTED.c.id.in_(ids))
            connection.execute(noted.values(scanned_at=at, signatures=signatures, state=lives))

    def suspects_of(self, domain: str, limit: int) -> Sequence[HostedFile]:
        """Return the files behind links on a domain, newest and most downloaded first."""
        theirs = (HOSTED.c.domain == domain, HOSTED.c.has_content, HOSTED.c.state.in_(SERVED))
        chosen = select(*COLUMNS).where(*theirs).order_by(HOSTED.c.rank.desc()).limit(limit)
        with reading(self._engine) as connection:
            return [hosted(row) for row in connection.execute(chosen).mappings()]

    def expire(self, now: float, limit: int) -> int:
        """End files whose time is over, and forget those that ended long ago; their bytes go with `Contents`."""
        over = select(HOSTED.c.id).where(HOSTED.c.has_content, HOSTED.c.expires_at <= now).limit(limit)
        old = select(HOSTED.c.id).where(~HOSTED.c.has_content, HOSTED.c.expires_at <= now - HISTORY).limit(limit)
        state = case((HOSTED.c.state == FileState.REVOKED, FileState.REVOKED), else_=FileState.EXPIRED)
        with writing(self._engine) as connection:
            theirs = HOSTED.c.id.in_(connection.execute(over).scalars().all())
            ended = connection.execute(HOSTED.update().where(theirs).values(state=state, has_content=False)).rowcount
            doubt(connection, select(HOSTED.c.tenant, HOSTED.c.sha256).where(theirs))
            return ended + connection.execute(HOSTED.delete().where(HOSTED.c.id.in_(old))).rowcount


def _given_out() -> Mapping[str, object]:
    """Return the values of a file that is given out, once it has had its clean scan; a link has nothing to scan."""
    is_ready = (HOSTED.c.scanned_at > 0) | (HOSTED.c.media_type == LINK_TYPE)
    return {"state": case((is_ready, FileState.LIVE), else_=FileState.SCANNING), "reason": ""}


def _enliven(connection: Connection, which: ColumnElement[bool]) -> int:
    is_pending = HOSTED.c.state == FileState.PENDING
    return connection.execute(HOSTED.update().where(is_pending, which).values(_given_out())).rowcount


def _subject(asked: Mapping[str, object]) -> str:
    key, value = next(iter(asked.items()))
    return f"{key} {value}"[:200]
