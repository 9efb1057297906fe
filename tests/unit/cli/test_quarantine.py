"""The commands of `postern quarantine` as they are typed."""

import pytest
from typer.testing import CliRunner

from gateway.cli.main import app
from tests.unit.app.serving import place


@pytest.mark.parametrize("command", ["list", "show", "release", "drop"])
def test_command_is_there_and_explains_itself(command: str) -> None:
    """Each option has words."""
    done = CliRunner().invoke(app, ["quarantine", command, "--help"])

    assert (done.exit_code, "--config" in done.output) == (0, True)


def test_nothing_held_yet() -> None:
    """The list is empty, no message is there, and no store is made by looking."""
    with place() as here:
        listed = here.postern("quarantine", "list", "--json", "--config", str(here.settings))
        shown = here.postern("quarantine", "show", "m1", "--config", str(here.settings))
        dropped = here.postern("quarantine", "drop", "m1", "--config", str(here.settings))
        released = here.postern("quarantine", "release", "m1", "--config", str(here.settings))

        assert not (here.folder / "var").exists()

    assert (listed.returncode, listed.stdout) == (0, b"[]\n")
    assert [one.returncode for one in (shown, dropped, released)] == [1, 1, 1]
    assert {one.stderr for one in (shown, dropped, released)} == {b"quarantine: nothing was ever held\n"}


@pytest.mark.parametrize("words", [["--since", "soon"], ["--state", "gone"], ["--limit", "0"]])
def test_wrong_filter_is_a_usage_error(words: list[str]) -> None:
    """With exit code 2, before anything is opened."""
    assert CliRunner().invoke(app, ["quarantine", "list", *words]).exit_code == 2
