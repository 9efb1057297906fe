"""A keeper in a thread whose hands are those of the test."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gateway.adapters.keeper_frames import Host, Keep, Link, Settle
from gateway.adapters.keeper_service import KeeperService
from gateway.adapters.spool import SpoolFolder
from gateway.model.envelope import Envelope, Peer, Recipient, Sender
from gateway.model.finding import Finding, FindingKind
from gateway.model.policy import Action
from gateway.model.verdict import Judgement
from gateway.ports.quarantine import Case, Heading
from gateway.ports.spool import Spool

DATA = b"Subject: hi\r\n\r\nhello\r\n"
CASE = Case(
    "m1",
    1.0,
    ("acme",),
    Envelope(Peer("192.0.2.1", 25), Sender(None), (Recipient("bob@acme.example"),)),
    eight_bit=False,
    reason="macros",
    judgements=(Judgement("1", Action.QUARANTINE, "macros", "otherwise"),),
    findings=(Finding(FindingKind.SCANNER_SILENT, "1"),),
    heading=Heading("hi"),
    is_copy=False,
    expires_at=2.0,
)


class Hands:
    """Remembers what it is given; fails as told."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.kept: list[tuple[Keep, bytes]] = []
        self.hosted: list[tuple[Host, bytes]] = []
        self.linked: list[Link] = []
        self.settled: list[Settle] = []

    def keep(self, asked: Keep, descriptor: int) -> None:
        """Take a message."""
        if self.error:
            raise self.error
        self.kept.append((asked, os.pread(descriptor, asked.size, 0)))

    def host(self, asked: Host, descriptor: int) -> str:
        """Take a file."""
        if self.error:
            raise self.error
        self.hosted.append((asked, os.pread(descriptor, asked.new.file.size, 0)))
        return f"https://files1.example/{asked.new.file.id}"

    def link(self, asked: Link) -> Sequence[str]:
        """Take links."""
        if self.error:
            raise self.error
        self.linked.append(asked)
        return [f"https://files1.example/l/{one.file.id}/" for one in asked.new]

    def settle(self, asked: Settle) -> None:
        """Hear of an end."""
        if self.error:
            raise self.error
        self.settled.append(asked)


@contextmanager
def folder() -> Iterator[Path]:
    """Give a folder whose path is short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="keep-") as name:
        yield Path(name)


@contextmanager
def service(hands: Hands) -> Iterator[Path]:
    """Run a keeper; give its socket."""
    with folder() as home:
        place = home / "keeper.sock"
        running = KeeperService(place, hands)
        try:
            yield place
        finally:
            running.close()


def spool(home: Path, data: bytes = DATA) -> Spool:
    """Return a spool that holds a message."""
    made = SpoolFolder(home)()
    made.write(data)
    return made
