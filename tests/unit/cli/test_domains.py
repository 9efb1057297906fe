"""The commands of `postern domains`; what they do is tested in test_domain_desk.py."""

from typer.testing import CliRunner

from gateway.cli.domains import app


def test_every_command_says_what_it_does() -> None:
    """All six are listed with a sentence."""
    told = CliRunner().invoke(app, ["--help"]).output

    assert [] == [name for name in ("list", "check", "rest", "activate", "retire", "add") if f" {name} " not in told]


def test_domain_is_needed_where_one_is_changed() -> None:
    """Nothing happens to all of them by a slip."""
    codes = [CliRunner().invoke(app, [name]).exit_code for name in ("rest", "activate", "retire", "add")]

    assert [2, 2, 2, 2] == codes
