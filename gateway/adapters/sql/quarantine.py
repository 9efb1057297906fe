"""Held messages in the database, their bytes in the blob store.

A message is in when its row is committed, which happens after its bytes are durable. Bytes stay as long as a row says
so; whatever ends a row's claim is one committed statement, and the bytes follow later (`contents`).
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from sqlalchemy import Connection, Engine, and_, func, select
from sqlalchemy.exc import IntegrityError

from gateway.adapters.sql import held_rows
from gateway.adapters.sql.audit import Deed, note
from gateway.adapters.sql.contents import Contents, doubt
from gateway.adapters.sql.engine import reading, writing
from gateway.adapters.sql.retry import retried
from gateway.adapters.sql.store import Store
from gateway.adapters.sql.tables import ADDRESSEES, HELD
from gateway.model.digest import sha256_of
from gateway.model.policy import DAY
from gateway.ports.blobs import Blob
from gateway.ports.quarantine import Addressee, Case, Filter, Held, HeldState, UnknownMessage

HISTORY = 90 * DAY
"""Seconds that the row of a message is kept after it expired."""
_KEEPER = "keeper"


class SqlQuarantine:
    """Implements `ports.quarantine.QuarantineDesk`, and the keeper's side of it."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._engine = store.engine
        self._blobs = store.blobs
        self._contents = Contents(store.engine, store.blobs)
        self._clock = clock

    def keep(self, case: Case, size: int, chunks: Callable[[], Iterable[bytes]]) -> None:
        """Return when the message is durable. An id that is there already is left as it is."""
        blob = Blob(case.tenants[0], sha256_of(chunks()))
        self._contents.put(blob, size, chunks(), self._clock())
        try:
            with writing(self._engine) as connection:
                held_rows.insert(connection, case, blob, size, self._clock())
        except IntegrityError:
            self.show(case.id)

    def list(self, wanted: Filter, limit: int) -> Sequence[Held]:
        """Return the messages that fit, newest first."""
        with reading(self._engine) as connection:
            return held_rows.find(connection, wanted, limit)

    def show(self, message_id: str) -> Held:
        """Return one message. Raises UnknownMessage."""
        with reading(self._engine) as connection:
            found = held_rows.fetch(connection, message_id)
        if found is None:
            raise UnknownMessage(message_id)
        return found

    def original(self, held: Held) -> Iterator[bytes]:
        """Yield the bytes as they came."""
        return self._blobs.open(Blob(held.case.tenants[0], held.sha256))

    def claim(self, message_id: str, addresses: Sequence[str], who: str, why: str, *, again: bool) -> tuple[str, ...]:
        """Reserve recipients for a release; one that the envelope does not name is added to it."""
        return retried(partial(self._claim, message_id, addresses, {"by": who, "why": why}, again=again))

    def _claim(
        self, message_id: str, addresses: Sequence[str], reason: Mapping[str, str], *, again: bool
    ) -> tuple[str, ...]:
        free = (HeldState.HELD, HeldState.RELEASING) if again else (HeldState.HELD,)
        with writing(self._engine) as connection:
            is_open = and_(HELD.c.id == message_id, HELD.c.has_original)
            # the row is locked by this, so that no other release, drop or expiry comes between
            if not connection.execute(HELD.update().where(is_open).values(state=HeldState.RELEASING)).rowcount:
                return ()
            held = held_rows.fetch(connection, message_id)
            assert held  # noqa: S101 - it was just updated
            known = {one.address: one.state for one in held.addressees}
            for number, address in enumerate((one for one in addresses if one not in known), len(known)):
                held_rows.add_addressee(connection, message_id, number, address, HeldState.HELD)
            taken = tuple(one for one in addresses if known.get(one, HeldState.HELD) in free)
            for address in taken:
                _mark(connection, message_id, Addressee(address, HeldState.RELEASING))
            _settle(connection, message_id)
            if taken:
                self._note(connection, reason["by"], "release_begun", message_id, {"to": taken, "why": reason["why"]})
            return taken

    def settle(self, message_id: str, outcomes: Sequence[Addressee], who: str) -> None:
        """Write down how the release ended for each claimed recipient."""
        retried(partial(self._end_release, message_id, outcomes, who))

    def _end_release(self, message_id: str, outcomes: Sequence[Addressee], who: str) -> None:
        with writing(self._engine) as connection:
            for one in outcomes:
                _mark(connection, message_id, one)
            _settle(connection, message_id)
            said = {one.address: [one.state, one.reply] for one in outcomes}
            self._note(connection, who, "release_ended", message_id, said)

    def drop(self, message_id: str, who: str, why: str) -> bool:
        """Give a held message up."""
        return retried(partial(self._end, message_id, HeldState.DROPPED, who, why))

    def tidy(self, limit: int) -> int:
        """Do a bounded part of what is due: expire, forget, remove contents; return how much was done."""
        now = self._clock()
        with reading(self._engine) as connection:
            is_due = and_(HELD.c.has_original, HELD.c.expires_at <= now)
            due = connection.execute(select(HELD.c.id, HELD.c.state).where(is_due).limit(limit)).all()
        for one in due:
            if one.state == HeldState.HELD:
                retried(partial(self._end, one.id, HeldState.EXPIRED, _KEEPER, "its time was over"))
        with writing(self._engine) as connection:
            is_over = HELD.c.id.in_([one.id for one in due])
            connection.execute(HELD.update().where(is_over).values(has_original=False))
            doubt(connection, select(HELD.c.tenant, HELD.c.sha256).where(is_over))
            old = select(HELD.c.id).where(HELD.c.expires_at <= now - HISTORY).limit(limit)
            forgotten = connection.execute(HELD.delete().where(HELD.c.id.in_(old))).rowcount
        return len(due) + forgotten + self._contents.remove_unused(now, limit)

    def _end(self, message_id: str, state: HeldState, who: str, why: str) -> bool:
        with writing(self._engine) as connection:
            is_held = and_(HELD.c.id == message_id, HELD.c.state == HeldState.HELD)
            ended = HELD.update().where(is_held).values(state=state, has_original=False)
            if not connection.execute(ended).rowcount:
                return False
            doubt(connection, select(HELD.c.tenant, HELD.c.sha256).where(HELD.c.id == message_id))
            theirs = and_(ADDRESSEES.c.id == message_id, ADDRESSEES.c.state == HeldState.HELD)
            connection.execute(ADDRESSEES.update().where(theirs).values(state=state))
            self._note(connection, who, state.value, message_id, {"why": why})
            return True

    def count(self) -> int:
        """Return how many messages are held now."""
        return held_in(self._engine)

    def _note(self, connection: Connection, who: str, what: str, subject: str, detail: Mapping[str, object]) -> None:
        note(connection, Deed(self._clock(), who, what, subject, detail))


def held_in(engine: Engine) -> int:
    """Return how many messages are held now."""
    with reading(engine) as connection:
        return connection.execute(select(func.count()).where(HELD.c.state == HeldState.HELD)).scalar_one()


def _mark(connection: Connection, message_id: str, one: Addressee) -> None:
    this = and_(ADDRESSEES.c.id == message_id, ADDRESSEES.c.address == one.address)
    connection.execute(ADDRESSEES.update().where(this).values(state=one.state, reply=one.reply))


def _settle(connection: Connection, message_id: str) -> None:
    """A message is what the least settled of its recipients is."""
    theirs = select(ADDRESSEES.c.state).where(ADDRESSEES.c.id == message_id)
    states = set(connection.execute(theirs).scalars())
    order = (HeldState.RELEASING, HeldState.HELD, HeldState.RELEASED)
    state = next(one for one in order if one in states)
    connection.execute(HELD.update().where(HELD.c.id == message_id).values(state=state))
