"""The work of `postern quarantine` over a real store; the release is in tests/e2e/test_quarantine.py."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.app import stores
from gateway.app.config import load
from gateway.cli.desk import drop_held, list_held, moment, show_held, user
from gateway.ports.quarantine import Filter
from tests.unit.adapters.kept import CASE, DATA
from tests.unit.app.serving import Place, place


@pytest.fixture
def here() -> Iterator[Place]:
    """Give a folder in whose store one message is held."""
    with place() as one:
        settings = load(one.settings, {})
        settings.store.folder.mkdir(parents=True)
        with stores.desk(settings) as desk:
            desk.keep(CASE, len(DATA), lambda: [DATA])
        yield one


def test_message_is_listed_and_shown(here: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON and in words."""
    assert list_held(here.settings, Filter(), 10, as_json=True) == 0
    assert [one["id"] for one in json.loads(capsys.readouterr().out)] == ["m1"]

    assert (
        list_held(here.settings, Filter(), 10, as_json=False),
        show_held(here.settings, "m1", None, as_json=False),
        show_held(here.settings, "m1", None, as_json=True),
    ) == (0, 0, 0)
    assert "hello" in capsys.readouterr().out


def test_original_is_written_once(here: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Byte for byte, for the owner only, and never over another file."""
    file = here.folder / "original.eml"
    codes = [show_held(here.settings, "m1", file, as_json=False) for _ in range(2)]

    assert (codes, file.read_bytes(), file.stat().st_mode & 0o777) == ([0, 1], DATA, 0o600)
    assert "File exists" in capsys.readouterr().err


def test_drop_is_final_and_each_problem_a_line(here: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Several at once; what can be done is done."""
    codes = [drop_held(here.settings, ["m0", "m1"], "ada", "spam"), drop_held(here.settings, ["m1"], "ada", "")]

    assert codes == [1, 1]
    assert capsys.readouterr().err.splitlines() == ["m0: no such message", "m1: not dropped: it is dropped"]


def test_store_that_cannot_be_used_is_a_line(here: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Never a traceback."""
    (here.folder / "var/store/postern.db").write_bytes(b"no database" * 1000)

    assert list_held(here.settings, Filter(), 10, as_json=False) == 1
    assert capsys.readouterr().err.startswith("quarantine: ")
    assert show_held(Path("/nonexistent"), "m1", None, as_json=False) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", 0.0), ("1970-01-02", 86400.0), ("1970-01-01T01:00", 3600.0), ("1970-01-01T01:00+01:00", 0.0)],
)
def test_moment_is_a_date(text: str, expected: float) -> None:
    """In UTC, unless it says otherwise."""
    assert moment(text) == expected


def test_moment_is_a_while_ago() -> None:
    """Or how long ago it was; nonsense is told."""
    before = time.time() - 7200

    assert before <= moment("2h") <= time.time() - 7199
    with pytest.raises(ValueError, match="allowed"):
        moment("yesterday")


def test_somebody_does_it() -> None:
    """The audit log has a name even if nobody gave one."""
    assert user() != ""
