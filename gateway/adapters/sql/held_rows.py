"""Rows of held messages: what a filter asks for, and what a row says."""

from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, exists, or_, select
from sqlalchemy.engine import RowMapping

from gateway.adapters.sql.tables import ADDRESSEES, HELD, HELD_TENANTS
from gateway.ports.blobs import Blob
from gateway.ports.quarantine import Addressee, Case, Filter, Held, HeldState

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Case).decode


def insert(connection: Connection, case: Case, blob: Blob, size: int, now: float) -> None:
    """Write a message that is held from now on."""
    connection.execute(
        HELD.insert().values(
            id=case.id,
            kept_at=now,
            received_at=case.received_at,
            expires_at=case.expires_at,
            tenant=blob.tenant,
            sha256=blob.sha256,
            size=size,
            state=HeldState.HELD,
            has_original=True,
            reason=case.reason,
            sender=case.envelope.sender.address or "",
            subject=case.heading.subject,
            author=case.heading.author,
            message_id=case.heading.message_id,
            detail=_encode(case).decode(),
        )
    )
    connection.execute(HELD_TENANTS.insert(), [{"id": case.id, "tenant": one} for one in dict.fromkeys(case.tenants)])
    for number, one in enumerate(case.envelope.recipients):
        add_addressee(connection, case.id, number, one.address, HeldState.HELD)


def add_addressee(connection: Connection, message_id: str, number: int, address: str, state: HeldState) -> None:
    """Write one recipient of a message."""
    connection.execute(ADDRESSEES.insert().values(id=message_id, number=number, address=address, state=state))


def find(connection: Connection, wanted: Filter, limit: int) -> Sequence[Held]:
    """Return the messages that fit, newest first."""
    newest = select(HELD).where(*_conditions(wanted)).order_by(HELD.c.received_at.desc(), HELD.c.id).limit(limit)
    return [_held(connection, row._mapping) for row in connection.execute(newest).all()]  # noqa: SLF001 - its public name


def fetch(connection: Connection, message_id: str) -> Held | None:
    """Return one message, if it is there."""
    row: Row[tuple[object, ...]] | None = connection.execute(select(HELD).where(HELD.c.id == message_id)).first()
    return _held(connection, row._mapping) if row else None  # noqa: SLF001 - its public name


def _conditions(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.tenant:
        yield exists().where(HELD_TENANTS.c.id == HELD.c.id, HELD_TENANTS.c.tenant == wanted.tenant)
    if wanted.sender:
        yield HELD.c.sender.icontains(wanted.sender, autoescape=True)
    if wanted.recipient:
        is_theirs = ADDRESSEES.c.address.icontains(wanted.recipient, autoescape=True)
        yield exists().where(ADDRESSEES.c.id == HELD.c.id, is_theirs)
    if wanted.reason:
        yield HELD.c.reason == wanted.reason
    if wanted.text:
        columns = (HELD.c.subject, HELD.c.author, HELD.c.message_id)
        yield or_(*(column.icontains(wanted.text, autoescape=True) for column in columns))
    if wanted.since:
        yield HELD.c.received_at >= wanted.since
    if wanted.state:
        yield HELD.c.state == wanted.state


def _held(connection: Connection, row: RowMapping) -> Held:
    theirs = select(ADDRESSEES).where(ADDRESSEES.c.id == row["id"]).order_by(ADDRESSEES.c.number)
    return Held(
        case=_decode(row["detail"]),
        size=row["size"],
        sha256=row["sha256"],
        kept_at=row["kept_at"],
        state=HeldState(row["state"]),
        has_original=row["has_original"],
        addressees=tuple(
            Addressee(one.address, HeldState(one.state), one.reply) for one in connection.execute(theirs).all()
        ),
    )
