"""Attachment domains in the database: their state is everybody's, their weights and pins come from the settings."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import msgspec
from sqlalchemy import Engine, func, select

from gateway.adapters.sql.audit import Deed, note
from gateway.adapters.sql.engine import reading, writing
from gateway.adapters.sql.retry import retried
from gateway.adapters.sql.tables import HOSTED, SHARDS
from gateway.model.hosted import Shard, ShardState

_encode = msgspec.json.Encoder().encode
_words = msgspec.json.Decoder(tuple[str, ...]).decode


class SqlShards:
    """Implements `ports.hosting.Shards`."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def list(self) -> Sequence[Shard]:
        """Return all of them, by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(SHARDS).order_by(SHARDS.c.domain)).mappings().all()
        return [Shard(**{**row, "state": ShardState(row["state"]), "pins": _words(row["pins"])}) for row in rows]

    def declare(self, shards: Sequence[Shard]) -> None:
        """Take over what the settings say; what is new comes into service, what is known keeps its state."""
        retried(partial(self._declare, shards))

    def _declare(self, shards: Sequence[Shard]) -> None:
        known = {one.domain: one for one in self.list()}
        with writing(self._engine) as connection:
            for one in shards:
                said = {
                    "pool": one.pool,
                    "weight": one.weight,
                    "is_spare": one.is_spare,
                    "pins": _encode(one.pins).decode(),
                }
                old = known.get(one.domain)
                if old is None:
                    state = {"state": one.in_service, "since": self._clock(), "reason": ""}
                    connection.execute(SHARDS.insert().values(domain=one.domain, **said, **state))
                    continue
                if old.state is old.in_service:
                    said["state"] = one.in_service
                connection.execute(SHARDS.update().where(SHARDS.c.domain == one.domain).values(said))

    def set_state(self, domain: str, state: ShardState, who: str, why: str) -> bool:
        """Change the state; tell whether it was another one."""
        return retried(
            partial(self._set_state, domain, state, Deed(self._clock(), who, state.value, domain, {"why": why}))
        )

    def _set_state(self, domain: str, state: ShardState, deed: Deed) -> bool:
        other = (SHARDS.c.domain == domain, SHARDS.c.state != state)
        changed = SHARDS.update().where(*other).values(state=state, since=deed.at, reason=deed.detail["why"])
        with writing(self._engine) as connection:
            is_changed = bool(connection.execute(changed).rowcount)
            if is_changed:
                note(connection, deed)
            return is_changed

    def tenants_of(self, domain: str) -> Mapping[str, int]:
        """Return the tenants that have files behind links on a domain, and how many."""
        counted = (
            select(HOSTED.c.tenant, func.count().label("files"))
            .where(HOSTED.c.domain == domain)
            .group_by(HOSTED.c.tenant)
        )
        with reading(self._engine) as connection:
            return {row.tenant: row.files for row in connection.execute(counted)}
