"""Which schema a database has, and how it gets the current one: forward only, by Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine

from gateway.adapters.sql.engine import failures, writing
from gateway.adapters.storeplace import StoreError

_SCRIPTS = Path(__file__).with_name("migrations")


def current(engine: Engine) -> str:
    """Return the revision of the database; empty where there are no tables yet. Raises StoreError."""
    with failures(), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def newest() -> str:
    """Return the revision that this program works with."""
    return ScriptDirectory(str(_SCRIPTS)).get_current_head() or ""


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest schema, in one transaction. Raises StoreError."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    try:
        with writing(engine) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:  # a schema that only a newer program knows
        raise StoreError(f"the schema cannot be upgraded: {error}") from error
