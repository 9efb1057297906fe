"""The processes of the files service, from `postern serve --role files` to a file."""

import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.adapters.linkkeys import LinkKeys, add_key
from gateway.adapters.sql.hosted import SqlHosted
from gateway.adapters.sql.store import open_store
from gateway.adapters.storeplace import Place
from gateway.edit.tokens import Claims, sign
from gateway.model.hosted import HostedFile
from tests.services.ports import HOST, free_ports
from tests.unit.app.running import Running
from tests.unit.app.serving import place
from tests.unit.jobs.shelf import Shelf

pytestmark = pytest.mark.enable_socket
TOKEN = "0123456789abcdef" * 4


@dataclass(frozen=True, slots=True)
class Here:
    """A running service."""

    folder: Path
    running: Running


@contextmanager
def serving() -> Iterator[tuple[Here, str, str, HostedFile]]:
    """Run the service over a store with one file; yield it, both addresses and the file."""
    with place() as here:
        port, api = free_ports(2)
        (here.folder / "tokens").write_text(f"mailbox {TOKEN}\n")
        here.add('[store]\nfolder = "store"\n')
        here.add(f'[files]\nlisten = ["{HOST}:{port}"]\napi_listen = "{HOST}:{api}"\napi_tokens = "tokens"\n')
        shelf = Shelf(here.folder)
        add_key(here.folder / "store/link.keys")
        now = time.time()
        file = shelf.put("f1", b"content", created_at=now, expires_at=now + 60, scanned_at=now, tenant="example")
        shelf.store.close()
        command = [sys.executable, "-P", "-m", "gateway", "serve", "--role", "files", "--config", str(here.settings)]
        with Running(command, {}) as running:
            running.wait_for("ready")
            yield Here(here.folder, running), f"http://{HOST}:{port}", f"http://{HOST}:{api}", file


def link(here: Here, file: HostedFile) -> str:
    """Return the path of a link."""
    keys = LinkKeys(here.folder / "store/link.keys").read()
    return f"/{sign(Claims(file.id, file.tenant, file.audience, int(file.expires_at)), keys)}/plan.pdf"


def ask(url: str, data: bytes | None = None, **head: str) -> tuple[int, bytes]:
    """Ask as a browser does, and follow."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, head), timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_click_gives_the_file_and_an_order_takes_it_back() -> None:
    """Two processes, two addresses, one store: what the API takes back is gone for the next request."""
    with serving() as (here, public, api, file):
        page = ask(public + link(here, file))
        got = ask(public + link(here, file), b"do=download")
        order: dict[str, Any] = {"id": file.id, "reason": "spam"}
        told = ask(f"{api}/v1/files/revoke", json.dumps(order).encode(), Authorization=f"Bearer {TOKEN}")
        gone = ask(public + link(here, file), b"do=download")
        strange = ask(f"{public}/v1/files")

    assert (200, True) == (page[0], b"plan.pdf" in page[1])
    assert (200, b"content") == got
    assert (200, {"revoked": 1}) == (told[0], json.loads(told[1]))
    assert (451, 404) == (gone[0], strange[0])


def test_journal_survives_the_end_of_the_service() -> None:
    """What was downloaded right before the end stands in it."""
    with serving() as (here, public, _, file):
        got = ask(public + link(here, file), b"do=download")
        ended = here.running.end()
        store = open_store(Place("", "", here.folder / "store"))
        lines = SqlHosted(store.engine).journal(file.id, 10)
        store.close()

    assert (200, b"content") == got
    assert (0, [len(b"content")]) == (ended, [one.size for one in lines])
