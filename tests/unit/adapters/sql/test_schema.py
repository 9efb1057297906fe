"""The migrations lead to the tables of the code, on both databases, and to nothing else."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from gateway.adapters.sql import schema
from gateway.adapters.sql.engine import open_engine, writing
from gateway.adapters.sql.store import Store
from gateway.adapters.sql.tables import METADATA
from gateway.adapters.storeplace import StoreError


def test_migrations_make_the_tables_of_the_code(store: Store) -> None:
    """No column, index or type is missing or left over."""
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, METADATA) == []
    assert schema.current(store.engine) == schema.newest()


def test_upgrade_of_what_is_current_changes_nothing(store: Store) -> None:
    """It may be run at every start."""
    schema.upgrade(store.engine)

    assert schema.current(store.engine) == schema.newest()


def test_empty_database_has_no_revision(tmp_path: Path) -> None:
    """And looking makes none."""
    engine = open_engine("", tmp_path)

    assert schema.current(engine) == ""
    engine.dispose()


def test_schema_of_a_newer_program_is_told(store: Store) -> None:
    """It is left as it is."""
    with writing(store.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="9999"):
        schema.upgrade(store.engine)

    assert schema.current(store.engine) == "9999"
