"""The keeper's hands: what they say is kept is kept, and they get better by themselves."""

import os
import shutil
from pathlib import Path

import pytest

from gateway.adapters.keeper_frames import Keep
from gateway.adapters.sql.vault import Vault
from gateway.adapters.storeplace import Place, StoreError
from tests.unit.adapters.kept import CASE, DATA


@pytest.fixture
def message(tmp_path: Path) -> int:
    """Open the descriptor of a message."""
    (tmp_path / "message").write_bytes(DATA)
    return os.open(tmp_path / "message", os.O_RDONLY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder for a store."""
    made = tmp_path / "store"
    made.mkdir()
    return made


def test_message_is_kept_and_counted(message: int, folder: Path) -> None:
    """The store opens when it is needed."""
    vault = Vault(Place("", "", folder))

    assert list(folder.iterdir()) == []

    vault.keep(Keep(CASE, len(DATA)), message)

    assert vault.count() == 1


def test_folder_that_went_and_came_back(message: int, folder: Path) -> None:
    """What was written to a removed store is not called kept; a new folder is used as soon as it is there."""
    vault, asked = Vault(Place("", "", folder)), Keep(CASE, len(DATA))
    vault.keep(asked, message)
    shutil.rmtree(folder)
    for _ in range(2):
        with pytest.raises(Exception, match=r"not there|has gone"):
            vault.keep(asked, message)
    folder.mkdir()
    vault.keep(asked, message)

    assert vault.count() == 1


def test_message_that_is_shorter_than_said_is_not_kept(message: int, folder: Path) -> None:
    """Nobody may call half a message an original."""
    vault = Vault(Place("", "", folder))
    with pytest.raises(StoreError, match="ends at"):
        vault.keep(Keep(CASE, len(DATA) + 1), message)

    assert vault.count() == 0


def test_expired_messages_go_in_parts(message: int, folder: Path) -> None:
    """Whatever is due is done in the end, and then there is nothing to do."""
    vault = Vault(Place("", "", folder))
    vault.keep(Keep(CASE, len(DATA)), message)

    assert vault.tidy() > 0
    assert (vault.count(), vault.tidy()) == (0, 0)
