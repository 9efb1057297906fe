"""The commands of `postern files` as they are typed."""

import pytest
from typer.testing import CliRunner

from gateway.cli.main import app
from tests.unit.app.serving import place

LOOKS = ["list", "show", "journal", "requests", "progress", "bans"]
ORDERS = ["revoke", "restore", "rescan", "ban", "unban", "apply-policy"]


@pytest.mark.parametrize("command", LOOKS + ORDERS)
def test_command_is_there_and_explains_itself(command: str) -> None:
    """Each option has words."""
    done = CliRunner().invoke(app, ["files", command, "--help"])

    assert (done.exit_code, "--config" in done.output) == (0, True)


def test_nothing_hosted_yet() -> None:
    """The lists are empty, no file is there, and no store is made by looking."""
    with place() as here:
        config = ("--config", str(here.settings))
        empty = [here.postern("files", one, "--json", *config) for one in ("list", "bans", "requests")]
        missing = [here.postern("files", *one, *config) for one in (("show", "f1"), ("progress",), ("revoke", "f1"))]

        assert not (here.folder / "var").exists()

    assert [(0, b"[]\n")] * 3 == [(one.returncode, one.stdout) for one in empty]
    assert [(1, b"files: nothing was ever hosted\n")] * 3 == [(one.returncode, one.stderr) for one in missing]


@pytest.mark.parametrize("words", [["--since", "soon"], ["--state", "gone"], ["--limit", "0"]])
def test_wrong_filter_is_a_usage_error(words: list[str]) -> None:
    """With exit code 2, before anything is opened."""
    assert CliRunner().invoke(app, ["files", "list", *words]).exit_code == 2
