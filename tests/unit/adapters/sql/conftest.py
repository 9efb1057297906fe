"""The stores of the contract suites: SQLite with a folder, SQLite with S3, PostgreSQL with a folder."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.adapters.sql import schema
from gateway.adapters.sql.engine import open_engine, writing
from gateway.adapters.sql.store import Store, open_store
from gateway.adapters.storeplace import Place
from tests.services.postgres import postgres


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """Run a PostgreSQL."""
    with postgres() as url:
        yield url


@pytest.fixture
def fresh_database(database: str) -> str:
    """Return a PostgreSQL without tables."""
    engine = open_engine(database, Path())
    with writing(engine) as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.enable_socket)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Open an empty store."""
    url = request.getfixturevalue("fresh_database") if request.param == "postgresql" else ""
    with ExitStack() as stack:
        if url:
            engine = open_engine(url, tmp_path)
            schema.upgrade(engine)
            engine.dispose()
        opened = open_store(Place(url, "", tmp_path))
        stack.callback(opened.close)
        yield opened
