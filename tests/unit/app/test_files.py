"""The duty of files: who plays in it, and what must be right before."""

from pathlib import Path

import pytest

from gateway.app.config import load
from gateway.app.files import Files, callers
from gateway.app.listeners import Listeners
from gateway.app.settings import Settings
from tests.services.ports import HOST, free_ports

pytestmark = pytest.mark.enable_socket


def settings(folder: Path, more: str = "") -> Settings:
    """Return settings with free addresses."""
    (folder / "postern.toml").write_text(f'[files]\nlisten = ["{HOST}:{free_ports(1)[0]}"]\nworkers = 2\n{more}')
    return load(folder / "postern.toml", {})


def test_each_worker_has_a_socket_of_its_own(tmp_path: Path) -> None:
    """And the API is another process."""
    more = f'api_listen = "{HOST}:{free_ports(1)[0]}"\n'
    made, listeners = settings(tmp_path, more), Listeners()
    cast = Files(made).cast(made, listeners)
    listeners.close_others(())

    assert ["files-1", "files-2", "files-api"] == sorted(cast.roles)
    assert len({one.fileno() for one in cast.sockets()} | set(map(id, cast.sockets()))) >= 3


def test_addresses_are_those_of_files_and_orders(tmp_path: Path) -> None:
    """What must be free before the start; no API without being told."""
    made = settings(tmp_path)

    assert list(made.files.listen) == list(Files.addresses(made))


@pytest.mark.parametrize(
    ("more", "words"),
    [("", "an API without callers"), ('api_tokens = "absent"\n', "No such file"), ('api_tokens = "empty"\n', "nobody")],
)
def test_api_without_callers_is_a_mistake(tmp_path: Path, more: str, words: str) -> None:
    """Told before the start."""
    (tmp_path / "empty").touch()
    (problem,) = callers(settings(tmp_path, f'api_listen = "{HOST}:9"\n{more}'))

    assert words in problem
    assert callers(settings(tmp_path)) == []
