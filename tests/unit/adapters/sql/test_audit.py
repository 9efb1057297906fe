"""The audit log shows every tampering but a cut at its end."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from gateway.adapters.sql.audit import Deed, broken_at, entries, note
from gateway.adapters.sql.engine import reading, writing
from gateway.adapters.sql.store import Store
from gateway.adapters.sql.tables import AUDIT


@pytest.fixture
def log(store: Store) -> Store:
    """Write three entries."""
    for number in range(3):
        with writing(store.engine) as connection:
            note(connection, Deed(float(number), "ada", "dropped", f"m{number}", {"why": "ü", "a": 1}))
    return store


def broken(store: Store) -> int | None:
    """Return where the chain breaks."""
    with reading(store.engine) as connection:
        return broken_at(connection)


def test_entries_come_back_in_order(log: Store) -> None:
    """Whole, and chained."""
    with reading(log.engine) as connection:
        found = list(entries(connection))

    assert [(one.number, one.subject, one.detail) for one in found] == [
        (number + 1, f"m{number}", '{"a":1,"why":"ü"}') for number in range(3)
    ]
    assert [one.previous for one in found[1:]] == [one.digest for one in found[:-1]]
    assert broken(log) is None


def _change(connection: Connection) -> None:
    connection.execute(AUDIT.update().where(AUDIT.c.number == 2).values(who="eve"))


def _remove(connection: Connection) -> None:
    connection.execute(AUDIT.delete().where(AUDIT.c.number == 2))


def _rewrite(connection: Connection) -> None:
    connection.execute(AUDIT.delete().where(AUDIT.c.number >= 2))
    note(connection, Deed(1.0, "eve", "dropped", "m1", {}))
    connection.execute(AUDIT.update().where(AUDIT.c.number == 2).values(previous="0" * 64))


@pytest.mark.parametrize("tamper", [_change, _remove, _rewrite], ids=["change", "remove", "rewrite"])
def test_tampering_breaks_the_chain(tamper: Callable[[Connection], None], log: Store) -> None:
    """The first entry that is not as it was written is named."""
    with writing(log.engine) as connection:
        tamper(connection)

    assert broken(log) == 2


def test_nothing_is_noted_of_what_did_not_happen(log: Store) -> None:
    """An entry belongs to the transaction of the deed."""

    def deed() -> None:
        with writing(log.engine) as connection:
            note(connection, Deed(9.0, "ada", "dropped", "m9", {}))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        deed()
    with reading(log.engine) as connection:
        assert len(list(entries(connection))) == 3
