"""Files that are forbidden: by an emergency ban on their kind, or one by one by today's policy.

An emergency ban is a row for each kind, whatever the number of files, and every request reads it. Whoever asks for
one is in the audit log, in the same transaction.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import msgspec
from sqlalchemy import ColumnElement, Engine, case, func, or_, select

from gateway.adapters.sql.audit import Deed, note
from gateway.adapters.sql.engine import reading, writing
from gateway.adapters.sql.hosted_rows import COLUMNS, SERVED, conditions, hosted
from gateway.adapters.sql.retry import retried
from gateway.adapters.sql.tables import BANS, HOSTED, HOSTED_KINDS
from gateway.model.facts import Facts
from gateway.model.hosted import Ban, FileState, HostedFile
from gateway.ports.hosting import Which

_decode_facts = msgspec.json.Decoder(Facts).decode


class SqlBans:
    """Implements `ports.upkeep.Bans`."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def ban(self, kinds: Sequence[str], until: float, who: str, why: str) -> int:
        """Forbid files of these kinds; a ban that is there already gets the new end and reason."""
        detail = {"until": until, "why": why}
        return retried(partial(self._ban, kinds, until, Deed(self._clock(), who, "banned", " ".join(kinds), detail)))

    def _ban(self, kinds: Sequence[str], until: float, deed: Deed) -> int:
        values = {"until": until, "reason": deed.detail["why"], "who": deed.who, "since": deed.at}
        with writing(self._engine) as connection:
            connection.execute(BANS.delete().where(BANS.c.kind.in_(kinds)))
            connection.execute(BANS.insert(), [{"kind": kind, **values} for kind in dict.fromkeys(kinds)])
            note(connection, deed)
        theirs = select(HOSTED_KINDS.c.id).where(HOSTED_KINDS.c.kind.in_(kinds))
        stopped = select(func.count()).select_from(HOSTED).where(HOSTED.c.id.in_(theirs), HOSTED.c.state.in_(SERVED))
        with reading(self._engine) as connection:
            return connection.execute(stopped).scalar_one()

    def unban(self, kinds: Sequence[str], who: str) -> Sequence[str]:
        """Take bans back."""
        return retried(partial(self._unban, kinds, Deed(self._clock(), who, "unbanned", " ".join(kinds), {})))

    def _unban(self, kinds: Sequence[str], deed: Deed) -> Sequence[str]:
        these = BANS.c.kind.in_(kinds)
        with writing(self._engine) as connection:
            found = connection.execute(select(BANS.c.kind).where(these).order_by(BANS.c.kind)).scalars().all()
            if found:
                connection.execute(BANS.delete().where(these))
                note(connection, deed)
            return found

    def in_force(self) -> Sequence[Ban]:
        """Return the bans that count now."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(BANS).where(BANS.c.until > self._clock()).order_by(BANS.c.kind))
            return [Ban(**row) for row in rows.mappings()]

    def covered(self, which: Which, limit: int) -> Sequence[HostedFile]:
        """Return files that nothing else keeps back, newest first; the state that `which` names counts for nothing."""
        in_force = select(BANS.c.kind).where(BANS.c.until > self._clock())
        theirs = select(HOSTED_KINDS.c.id).where(HOSTED_KINDS.c.kind.in_(in_force))
        wanted = (*conditions(replace(which, state=None)), HOSTED.c.id.in_(theirs), HOSTED.c.state.in_(SERVED))
        newest = select(*COLUMNS).where(*wanted).order_by(HOSTED.c.created_at.desc(), HOSTED.c.id).limit(limit)
        with reading(self._engine) as connection:
            return [hosted(row) for row in connection.execute(newest).mappings()]

    def forget(self, before: float) -> int:
        """Remove bans that ended before a time."""
        with writing(self._engine) as connection:
            return connection.execute(BANS.delete().where(BANS.c.until < before)).rowcount


class SqlStanding:
    """Implements `ports.upkeep.Standing`."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def walk(self, tenant: str, after: HostedFile | None, limit: int) -> Sequence[tuple[HostedFile, Facts]]:
        """Return files that are given out, or forbidden by policy, with what was known of them."""
        states = HOSTED.c.state.in_((*SERVED, FileState.BANNED))
        wanted = [HOSTED.c.tenant == tenant, HOSTED.c.has_content, states]
        if after:
            at = HOSTED.c.created_at
            wanted += [at >= after.created_at, or_(at > after.created_at, HOSTED.c.id > after.id)]
        oldest = select(*COLUMNS, HOSTED.c.facts).where(*wanted).order_by(HOSTED.c.created_at, HOSTED.c.id)
        page = oldest.limit(limit)
        with reading(self._engine) as connection:
            return [(hosted(row), _decode_facts(row["facts"])) for row in connection.execute(page).mappings()]

    def forbid(self, reasons: Mapping[str, str], who: str) -> int:
        """Ban files, each for its reason."""
        groups: dict[str, list[str]] = {}
        for one, why in reasons.items():
            groups.setdefault(why, []).append(one)
        return sum(retried(partial(self._forbid, why, ids, who)) for why, ids in groups.items())

    def _forbid(self, why: str, ids: Sequence[str], who: str) -> int:
        are_given = HOSTED.c.state.in_(SERVED)
        return self._change(ids, are_given, {"state": FileState.BANNED, "reason": why}, ("banned by policy", who))

    def allow(self, ids: Sequence[str], who: str) -> int:
        """Give files out again, once they have had a clean scan."""
        state = case((HOSTED.c.scanned_at > 0, FileState.LIVE), else_=FileState.SCANNING)
        are_banned, values = HOSTED.c.state == FileState.BANNED, {"state": state, "reason": ""}
        return retried(partial(self._change, ids, are_banned, values, ("allowed by policy", who)))

    def _change(
        self, ids: Sequence[str], still: ColumnElement[bool], values: Mapping[str, object], deed: tuple[str, str]
    ) -> int:
        """Change files that are still as they were, and note which."""
        these, (what, who) = (HOSTED.c.id.in_(ids), still), deed
        with writing(self._engine) as connection:
            found = connection.execute(select(HOSTED.c.id).where(*these).order_by(HOSTED.c.id)).scalars().all()
            if found:
                connection.execute(HOSTED.update().where(*these).values(values))
                said = {"files": found, "why": str(values["reason"])}
                note(connection, Deed(self._clock(), who, what, f"{len(found)} files", said))
            return len(found)
