"""Who may give orders."""

from pathlib import Path

import pytest

from gateway.web.orders.callers import Callers, NoCallers

TOKEN = "0123456789abcdef" * 4


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file with one caller."""
    path = tmp_path / "tokens"
    path.write_text(f"# the mailbox\n\nmailbox {TOKEN}\n")
    return path


def test_caller_is_known_by_its_token(file: Path) -> None:
    """And by nothing like it."""
    callers = Callers(file)

    assert callers.name_of(f"Bearer {TOKEN}") == "mailbox"
    assert callers.name_of(f"bearer {TOKEN}") == "mailbox"
    for wrong in ("", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", "Bearer \udcff"):
        assert callers.name_of(wrong) is None


def test_file_is_read_again_when_it_changes(file: Path) -> None:
    """A token that was taken out is worth nothing."""
    callers = Callers(file)
    assert callers.name_of(f"Bearer {TOKEN}")
    file.write_text(f"other {TOKEN[::-1]}\n")

    assert callers.name_of(f"Bearer {TOKEN}") is None
    assert callers.name_of(f"Bearer {TOKEN[::-1]}") == "other"


@pytest.mark.parametrize("text", ["", "# nobody\n", "mailbox short\n", f"{TOKEN}\n", f"two words {TOKEN}\n"])
def test_file_that_cannot_be_used_is_told_without_its_secrets(file: Path, text: str) -> None:
    """Which line, never what it says."""
    file.write_text(text)
    with pytest.raises(NoCallers) as caught:
        Callers(file).read()

    assert TOKEN not in str(caught.value)
    assert str(file) in str(caught.value)


def test_missing_file_is_told(tmp_path: Path) -> None:
    """Nobody is a caller then."""
    with pytest.raises(NoCallers, match="No such file"):
        Callers(tmp_path / "absent").read()
