"""The commands of `postern store`."""

from gateway.adapters.sql.engine import writing
from gateway.adapters.sql.store import open_store
from gateway.adapters.sql.tables import AUDIT
from gateway.app import stores
from gateway.app.config import load
from tests.unit.adapters.kept import CASE, DATA
from tests.unit.app.serving import place


def test_upgrade_and_audit() -> None:
    """The schema is named; the log shows who did what, and an entry that was changed."""
    with place() as here:
        settings = load(here.settings, {})
        settings.store.folder.mkdir(parents=True)
        with stores.desk(settings) as desk:
            desk.keep(CASE, len(DATA), lambda: [DATA])
            desk.drop("m1", "ada", "spam")
        upgraded = here.postern("store", "upgrade", "--config", str(here.settings))
        whole = here.postern("store", "audit", "--config", str(here.settings))
        store = open_store(stores.place(settings))
        with writing(store.engine) as connection:
            connection.execute(AUDIT.update().values(who="eve"))
        store.close()
        broken = here.postern("store", "audit", "--config", str(here.settings))

    assert (upgraded.returncode, upgraded.stdout.startswith(b"the schema is ")) == (0, True)
    assert (whole.returncode, b"ada" in whole.stdout, b"dropped" in whole.stdout) == (0, True, True)
    assert (broken.returncode, broken.stderr) == (1, b"entry 1 is not as it was written\n")


def test_store_that_is_not_there_is_a_line() -> None:
    """Never a traceback."""
    with place() as here:
        done = [here.postern("store", word, "--config", str(here.settings)) for word in ("upgrade", "audit")]

    assert [one.returncode for one in done] == [1, 1]
    assert [one.stderr.startswith(b"store: ") and b"Traceback" not in one.stderr for one in done] == [True, True]
