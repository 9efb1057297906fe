"""From settings to the store, without loading its libraries before they are needed."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from gateway.adapters.storeplace import StoreError
from gateway.app import stores
from gateway.app.config import load
from gateway.app.settings import Settings
from gateway.ports.quarantine import Filter
from tests.unit.adapters.kept import CASE, DATA
from tests.unit.app.running import ROOT
from tests.unit.app.serving import place


@pytest.fixture
def settings() -> Iterator[Settings]:
    """Give settings whose folder for the store is there."""
    with place() as here:
        read = load(here.settings, {})
        read.store.folder.mkdir(parents=True)
        yield read


def test_no_worker_pays_for_the_store() -> None:
    """Neither SQLAlchemy nor obstore is loaded by what every process loads."""
    script = (
        "import sys; import gateway.app.start, gateway.cli.main; "
        "print(sorted({'sqlalchemy', 'alembic', 'obstore', 'psycopg'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_store_is_there_once_it_was_opened(settings: Settings) -> None:
    """What is held is counted, and the audit log is whole."""
    assert not stores.has_store(settings)
    with stores.desk(settings) as desk:
        desk.keep(CASE, len(DATA), lambda: [DATA])

        assert len(desk.list(Filter(), 5)) == 1
    assert stores.has_store(settings)
    assert (stores.held_now(settings), stores.audit_log(settings)) == (1, ([], None))


def test_upgrade_names_the_schema(settings: Settings) -> None:
    """As often as one likes."""
    with pytest.raises(StoreError, match="postern store upgrade"):
        stores.held_now(settings)

    assert stores.upgrade_store(settings) == stores.upgrade_store(settings) != ""
    assert stores.held_now(settings) == 0


def test_keeper_gets_a_vault_in_the_folder(settings: Settings) -> None:
    """The place is that of the settings."""
    assert stores.vault(settings).count() == 0
    assert stores.place(settings).folder == settings.store.folder
