"""The files service over a real store and real sockets, and a client that says what it wants to, byte for byte."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gateway.adapters.filecontents import FolderContents
from gateway.adapters.sql.domains import SqlShards
from gateway.adapters.sql.lending import SqlLending
from gateway.edit.tokens import Claims, sign
from gateway.model.hosted import HostedFile, Shard
from gateway.model.links import Links
from gateway.model.policy import Notices
from gateway.ports.files import Rescanner
from gateway.web.connections import Bounds, HttpServer
from gateway.web.files.app import FilesApp, Parts, Terms
from gateway.web.files.download import Downloads
from gateway.web.files.recovery import Recovery
from tests.unit.jobs.shelf import Shelf

KEYS = (b"k" * 32, b"old" * 11)
SHARD = "files1.example"
CONTENT = bytes(range(256)) * 400
TERMS = Terms("https", 443, (), "", 200, 600, 2.0)
BOUNDS = Bounds(500, 500, 5.0, lambda _: False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service said."""

    status: int
    head: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """Return the page."""
        return self.body.decode()


class Desk:
    """A store with a shelf of files, and a service over it that is open between `serving` and its end."""

    def __init__(self, folder: Path, terms: Terms = TERMS, bounds: Bounds = BOUNDS, **parts: Any) -> None:
        self.shelf = Shelf(folder)
        self.shards = SqlShards(self.shelf.store.engine)
        self.lending = SqlLending(self.shelf.store.engine)
        root = self.shelf.store.place.contents
        assert root is not None
        self.contents = FolderContents(root)
        self.downloads = Downloads(self.lending, self.contents)
        self.notices = Notices(("en", "de", "fr", "es"), "help@acme.example")
        self.links = Links()
        rescanner: Rescanner | None = parts.get("rescanner")
        made = Parts(
            self.lending,
            self.downloads,
            self.contents.place,
            Recovery(self.lending, self.shelf.bells, 5),
            rescanner,
            lambda: KEYS,
            lambda _: self.notices,
            lambda _: self.links,
        )
        self.server = HttpServer(FilesApp(made, terms), bounds)
        self.port = 0

    def declare(self, *domains: str) -> None:
        """Bring attachment domains into service."""
        self.shards.declare([Shard(one, "default") for one in domains])

    def put(self, name: str = "report.pdf", content: bytes = CONTENT, **changes: Any) -> HostedFile:
        """Host a file that was scanned."""
        now = time.time()
        values = {"created_at": now, "expires_at": now + 1000, "scanned_at": now, "signatures": "Scanner/1"}
        return self.shelf.put("f1", content, **{**values, "name": name, **changes})

    def link(self, to: HostedFile, **changes: Any) -> str:
        """Return the path of the link to a file; changed claims are signed like any other."""
        claims = Claims(to.id, to.tenant, to.audience, int(to.expires_at))
        return f"/{sign(replace(claims, **changes), KEYS)}/{to.id}"

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Desk"]:
        """Listen."""
        with socket.create_server(("127.0.0.1", 0)) as sock:
            self.port = sock.getsockname()[1]
            await self.server.open([sock], 128)
            watching = asyncio.create_task(self.downloads.watch())
            try:
                yield self
            finally:
                watching.cancel()
                await self.server.close(1.0)
                await self.downloads.flush()

    async def ask(self, method: str, path: str, body: bytes = b"", **fields: str) -> Answer:
        """Send one request on a connection of its own; fields have _ for -."""
        head = {"host": SHARD, "connection": "close", **{key.replace("_", "-"): one for key, one in fields.items()}}
        if method == "POST":
            head = {"content-type": "application/x-www-form-urlencoded", "content-length": str(len(body)), **head}
        lines = [f"{method} {path} HTTP/1.1", *(f"{key}: {value}" for key, value in head.items()), "", ""]
        return parsed(await self.exchange("\r\n".join(lines).encode("latin-1") + body))

    async def exchange(self, request: bytes) -> bytes:
        """Send bytes; return all that comes until the end."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(request)
            return await asyncio.wait_for(reader.read(), 20)
        except ConnectionResetError:
            return b""
        finally:
            writer.close()

    async def download(self, path: str, **fields: str) -> Answer:
        """Click, and follow to the file."""
        clicked = await self.ask("POST", path, b"do=download")
        assert clicked.status == 303, clicked
        return await self.ask("GET", clicked.head["location"], b"", **fields)

    def journal(self, file: HostedFile) -> Sequence[Any]:
        """Return the downloads of a file, newest first."""
        return self.shelf.files.journal(file.id, 100)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what must come."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - what is looked at tells nobody
            await asyncio.sleep(0.005)


def parsed(answer: bytes) -> Answer:
    """Take an answer apart."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    fields = {line.partition(": ")[0].lower(): line.partition(": ")[2] for line in lines}
    return Answer(int(first.split()[1]), fields, body)
