"""How commands show things."""

import io

import pytest
from rich.console import Console

from gateway.cli.show import complain, console, table, words


def test_nothing_of_a_stranger_reaches_the_terminal_raw() -> None:
    """Escapes, rich's own markup and line ends are shown as text."""
    out = Console(file=io.StringIO(), force_terminal=True, markup=False, width=200)
    rows = table("name")
    rows.add_row(words("[red]a\x1b]0;x\x07\n\u202egpj.exe"))
    out.print(rows)
    assert isinstance(out.file, io.StringIO)
    shown = out.file.getvalue()

    assert r"[red]a\x1b]0;x\x07\n\u202egpj.exe" in shown
    assert "\x1b]0" not in shown


def test_lines_in_a_pipe_are_not_wrapped(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever greps finds the whole line."""
    console().print(words("x" * 300))

    assert capsys.readouterr().out == "x" * 300 + "\n"


def test_complaints_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """One line each, and an exit code."""
    assert complain(("a.toml:1: no", "a\nb")) == 1

    assert capsys.readouterr().err == "a.toml:1: no\na\\nb\n"
