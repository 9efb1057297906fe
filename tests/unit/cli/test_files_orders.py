"""What the changing commands of `postern files` take, and what not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gateway.cli import files_desk
from gateway.cli.main import app
from gateway.ports.hosting import Which


@pytest.mark.parametrize(
    "words",
    [
        ["revoke"],
        ["revoke", "--tenant", "acme"],
        ["restore"],
        ["rescan"],
        ["rescan", "f1", "--all"],
        ["ban", "exe", "--reason", "worm"],
        ["ban", "exe", "--until", "24h"],
        ["ban", "exe", "--until", "yesterday", "--reason", "worm"],
        ["ban", "--until", "24h", "--reason", "worm"],
        ["ban", ".", "--until", "24h", "--reason", "worm"],
        ["unban", ","],
    ],
)
def test_order_that_means_nothing_is_a_usage_error(words: list[str]) -> None:
    """With exit code 2, before anything is opened: a tenant alone would be all of its files."""
    assert CliRunner().invoke(app, ["files", *words]).exit_code == 2


def remembering(seen: list[Any]) -> Callable[..., int]:
    """Return what remembers how it was called, and succeeds."""

    def called(*asked: Any) -> int:
        seen.append(asked)
        return 0

    return called


def test_kinds_are_those_of_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """In lower case and without the dot; families as the policy files name them."""
    seen: list[Any] = []
    monkeypatch.setattr(files_desk, "unban_kinds", remembering(seen))
    words = ["files", "unban", ".EXE, docm,exe", "--family", "office_macro", "--as", "ada"]

    assert CliRunner().invoke(app, words).exit_code == 0
    assert [(None, ("ext:exe", "ext:docm", "family:office_macro"), "ada")] == seen


def test_files_are_named_one_by_one_or_by_what_they_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both at once too; the tenant holds for all."""
    seen: list[Any] = []
    monkeypatch.setattr(files_desk, "revoke_files", remembering(seen))
    words = ["files", "revoke", "f1", "--digest", "AB", "--tenant", "acme", "--reason", "bad", "--as", "ada"]

    assert CliRunner().invoke(app, [*words, "--config", "x"]).exit_code == 0
    assert [(Path("x"), [Which("f1", "acme"), Which("", "acme", "ab")], "ada", "bad")] == seen
