"""Rows of hosted files: what a filter asks for, and what a row says."""

from collections.abc import Iterator

import msgspec
from sqlalchemy import ColumnElement, Connection, exists, select
from sqlalchemy.engine import RowMapping

from gateway.adapters.sql.tables import BANS, HOSTED, HOSTED_KINDS
from gateway.model.facts import Facts
from gateway.model.hosted import FileState, HostedFile
from gateway.ports.hosting import NewFile, Which

HOUR = 3600.0
"""Seconds by which each download makes a file younger in the order of rescans."""
SERVED = (FileState.LIVE, FileState.SCANNING)
COLUMNS = tuple(column for column in HOSTED.c if column is not HOSTED.c.facts)
"""What a HostedFile is made of; the facts are long, and read when they are asked for."""
_encode = msgspec.json.Encoder().encode
_decode_facts = msgspec.json.Decoder(Facts).decode
_words = msgspec.json.Decoder(tuple[str, ...]).decode


def insert(connection: Connection, new: NewFile) -> None:
    """Write a new file."""
    one = new.file
    connection.execute(
        HOSTED.insert().values(
            id=one.id,
            tenant=one.tenant,
            sha256=one.sha256,
            size=one.size,
            name=one.name,
            media_type=one.media_type,
            message=one.message,
            message_id=one.message_id,
            sender=one.sender,
            recipients=_encode(one.recipients).decode(),
            created_at=one.created_at,
            expires_at=one.expires_at,
            state=one.state,
            reason=one.reason,
            scanned_at=one.scanned_at,
            signatures=one.signatures,
            downloads=one.downloads,
            domain=one.domain,
            kinds=_encode(one.kinds).decode(),
            has_content=one.has_content,
            rank=one.created_at + HOUR * one.downloads,
            facts=_encode(new.facts).decode(),
        )
    )
    if one.kinds:
        connection.execute(HOSTED_KINDS.insert(), [{"id": one.id, "kind": kind} for kind in dict.fromkeys(one.kinds)])


def conditions(which: Which) -> Iterator[ColumnElement[bool]]:
    """Yield what must hold for each file that is meant."""
    for key in ("id", "tenant", "sha256", "sender", "message", "message_id", "domain"):
        if value := getattr(which, key):
            yield HOSTED.c[key] == value
    if which.state is not None:
        yield HOSTED.c.state == which.state
    if which.since:
        yield HOSTED.c.created_at >= which.since


def hosted(row: RowMapping) -> HostedFile:
    """Return a file as its row says."""
    values = {key: row[key] for key in HostedFile.__slots__}
    values |= {key: _words(row[key]) for key in ("recipients", "kinds")}
    return HostedFile(**{**values, "state": FileState(row["state"])})


def facts(connection: Connection, file_id: str) -> Facts | None:
    """Return what was known of a file when it came, if it is there."""
    said = connection.execute(select(HOSTED.c.facts).where(HOSTED.c.id == file_id)).scalar()
    return _decode_facts(said) if said is not None else None


def ban_on(connection: Connection, file_id: str, now: float) -> str | None:
    """Return the reason of an emergency ban that is in force over a file; None where there is none."""
    names_it = exists().where(HOSTED_KINDS.c.id == file_id, HOSTED_KINDS.c.kind == BANS.c.kind)
    return connection.execute(select(BANS.c.reason).where(BANS.c.until > now, names_it).limit(1)).scalar()
