"""A row says of a file what was written, whatever a sender put into it."""

from gateway.adapters.sql.engine import reading, writing
from gateway.adapters.sql.hosted_rows import ban_on, facts, insert
from gateway.adapters.sql.store import Store
from gateway.adapters.sql.tables import BANS
from tests.unit.adapters.sql.hosting import FACTS, new


def test_only_bans_on_kinds_of_the_file_count(store: Store) -> None:
    """And only in their time; a kind that is named twice is one."""
    with writing(store.engine) as connection:
        insert(connection, new(kinds=("ext:pdf", "ext:pdf")))
        insert(connection, new(id="f2", kinds=()))
        connection.execute(BANS.insert().values(kind="ext:pdf", until=5.0, reason="worm", who="ada", since=1.0))
    with reading(store.engine) as connection:
        assert ["worm", None, None] == [
            ban_on(connection, file_id, now) for file_id, now in (("f1", 4.0), ("f1", 5.0), ("f2", 4.0))
        ]
        assert facts(connection, "f1") == FACTS
        assert facts(connection, "f3") is None
