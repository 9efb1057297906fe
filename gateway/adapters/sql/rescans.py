"""The book of rescans in the database: one row for each pass, never one for each file."""

from collections.abc import Sequence
from dataclasses import asdict, replace

import msgspec
from sqlalchemy import Engine, func, select
from sqlalchemy.engine import RowMapping

from gateway.adapters.sql.engine import reading, writing
from gateway.adapters.sql.hosted_rows import SERVED
from gateway.adapters.sql.tables import HOSTED, RESCANS
from gateway.ports.upkeep import Pass

_words = msgspec.json.Decoder(tuple[str, ...]).decode


class SqlPasses:
    """Implements `ports.upkeep.Passes`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, wanted: Pass) -> Pass:
        """Write a new pass."""
        values = {key: value for key, value in _row(wanted).items() if key != "number"}
        with writing(self._engine) as connection:
            number = connection.execute(RESCANS.insert().values(values).returning(RESCANS.c.number)).scalar_one()
        return replace(wanted, number=number)

    def save(self, one: Pass) -> None:
        """Write down how far it is."""
        with writing(self._engine) as connection:
            connection.execute(RESCANS.update().where(RESCANS.c.number == one.number).values(_row(one)))

    def open(self) -> Sequence[Pass]:
        """Return those that go on."""
        going_on = select(RESCANS).where(RESCANS.c.ended_at == 0).order_by(RESCANS.c.number)
        with reading(self._engine) as connection:
            found = [_pass(row) for row in connection.execute(going_on).mappings()]
        return sorted(found, key=lambda one: not one.few)

    def last(self, limit: int) -> Sequence[Pass]:
        """Return the newest ones."""
        with reading(self._engine) as connection:
            newest = connection.execute(select(RESCANS).order_by(RESCANS.c.number.desc()).limit(limit))
            return [_pass(row) for row in newest.mappings()]

    def left(self, before: float) -> int:
        """Count the files that were not scanned since `before`."""
        due = (HOSTED.c.has_content, HOSTED.c.state.in_(SERVED), HOSTED.c.scanned_at < before)
        with reading(self._engine) as connection:
            return connection.execute(select(func.count()).select_from(HOSTED).where(*due)).scalar_one()


def _row(one: Pass) -> dict[str, object]:
    return {**asdict(one), "ids": msgspec.json.encode(one.ids).decode()}


def _pass(row: RowMapping) -> Pass:
    return Pass(**{**row, "ids": _words(row["ids"])})
