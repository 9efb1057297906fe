"""What recipients ask for in the database, as an admin sees it."""

import time
from collections.abc import Callable, Sequence

from sqlalchemy import Engine, select

from gateway.adapters.sql.engine import reading, writing
from gateway.adapters.sql.tables import REQUESTS
from gateway.ports.upkeep import Request


class SqlRequests:
    """Implements `ports.upkeep.Requests`."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def list(self, limit: int, *, with_settled: bool) -> Sequence[Request]:
        """Return requests, newest first."""
        table = REQUESTS.c
        columns = (table.id, table.at, table.address, table.words, table.settled_at, table.settled_by)
        wanted = select(*columns).order_by(table.at.desc(), table.number.desc()).limit(limit)
        with reading(self._engine) as connection:
            found = connection.execute(wanted if with_settled else wanted.where(table.settled_at == 0))
            return [Request(*row) for row in found]

    def settle(self, file_id: str, who: str) -> int:
        """Take the open requests for a file as answered."""
        open_ = (REQUESTS.c.id == file_id, REQUESTS.c.settled_at == 0)
        with writing(self._engine) as connection:
            settled = REQUESTS.update().where(*open_).values(settled_at=self._clock(), settled_by=who)
            return connection.execute(settled).rowcount
