"""Who did what, when and why: only ever added to, each entry chained to the one before by its digest.

A changed, missing or reordered entry breaks the chain, and `broken_at` finds the place; entries cut off at the end
show only to whoever noted the last digest elsewhere.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, select

from gateway.adapters.sql.tables import AUDIT

_START = "0" * 64
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log."""

    number: int
    at: float
    """Unix time."""
    who: str
    what: str
    """A word, such as "released"."""
    subject: str
    """What it was done to: a message id."""
    detail: str
    """JSON."""
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be noted."""

    at: float
    who: str
    what: str
    subject: str
    detail: Mapping[str, object]


def note(connection: Connection, deed: Deed) -> None:
    """Append to the log, in the transaction of the deed itself.

    Two that do so at once collide on the number: IntegrityError, and the later one runs its transaction again.
    """
    last = connection.execute(select(AUDIT.c.number, AUDIT.c.digest).order_by(AUDIT.c.number.desc()).limit(1)).first()
    number, previous = (last.number + 1, last.digest) if last else (1, _START)
    detail = msgspec.json.encode(deed.detail, order="deterministic").decode()
    content = (number, deed.at, deed.who, deed.what, deed.subject, detail, previous)
    connection.execute(AUDIT.insert().values((*content, _digest(*content))))


def entries(connection: Connection) -> Iterator[Entry]:
    """Yield the whole log, oldest first."""
    at = 0
    while rows := connection.execute(
        select(AUDIT).where(AUDIT.c.number > at).order_by(AUDIT.c.number).limit(_BATCH)
    ).all():
        yield from (Entry(*row) for row in rows)
        at = rows[-1].number


def broken_at(connection: Connection) -> int | None:
    """Return the number of the first entry that is not as it was written; None where all are."""
    previous = _START
    for number, one in enumerate(entries(connection), 1):
        content = (one.number, one.at, one.who, one.what, one.subject, one.detail, one.previous)
        if (one.number, one.previous, one.digest) != (number, previous, _digest(*content)):
            return number
        previous = one.digest
    return None


def _digest(*content: object) -> str:
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()
