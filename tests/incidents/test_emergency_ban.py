"""A worm goes round in documents with macros: their downloads stop everywhere at once, and come back by themselves."""

import sys
import time
from collections.abc import Iterator

import pytest

from gateway.adapters.linkkeys import LinkKeys, add_key
from gateway.edit.tokens import Claims, sign
from gateway.model.hosted import HostedFile
from tests.incidents.clicking import click
from tests.services.ports import HOST, free_ports
from tests.unit.app.running import Running
from tests.unit.app.serving import Place, place
from tests.unit.jobs.shelf import Shelf

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def here() -> Iterator[Place]:
    """Make a folder for a files service of two processes."""
    with place() as one:
        [port] = free_ports(1)
        one.add(f'[store]\nfolder = "store"\n[files]\nlisten = ["{HOST}:{port}"]\nworkers = 2\n')
        one.add(f'[hosting]\nscheme = "http"\nport = {port}\n')
        yield one


def links(here: Place) -> tuple[str, str]:
    """Host a document with macros and a paper; return what a click on each asks for."""
    shelf, now, found = Shelf(here.folder), time.time(), []
    add_key(here.folder / "store/link.keys")
    port = next(line for line in here.settings.read_text().splitlines() if line.startswith("port = ")).partition("= ")[
        2
    ]
    for name in ("docm", "pdf"):
        one = shelf.put(
            name,
            name.encode(),
            tenant="example",
            created_at=now,
            expires_at=now + 600,
            scanned_at=now,
            kinds=(f"ext:{name}",),
        )
        found.append(f"http://{HOST}:{port}{_path(here, one)}")
    shelf.store.close()
    return found[0], found[1]


def _path(here: Place, one: HostedFile) -> str:
    keys = LinkKeys(here.folder / "store/link.keys").read()
    return f"/{sign(Claims(one.id, one.tenant, one.audience, int(one.expires_at)), keys)}/x"


def test_ban_counts_for_the_next_request_of_every_process(here: Place) -> None:
    """Ten clicks right after the command, over two processes: none gets it; the other file goes on, then both."""
    macros, paper = links(here)
    command = [sys.executable, "-P", "-m", "gateway", "serve", "--role", "files", "--config", str(here.settings)]
    config = ("--config", str(here.settings))

    def answers(url: str) -> set[int]:
        return {click(url)[0] for _ in range(10)}

    with Running(command, {}) as files:
        files.wait_for("ready")
        before = answers(macros)
        banned = here.postern("files", "ban", "docm,xlsm", "--until", "24h", "--reason", "worm", *config)
        during = answers(macros), answers(paper)
        ended = here.postern("files", "unban", "docm,xlsm", *config)
        after = answers(macros)

    assert (0, 0) == (banned.returncode, ended.returncode)
    assert b"that stops 1 files" in banned.stdout
    assert ({200}, ({451}, {200}), {200}) == (before, during, after)
