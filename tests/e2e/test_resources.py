"""What runs out: disk, folders, descriptors. Each has its answer, and nothing is left behind."""

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from bench.connections import SLACK, held, many
from bench.tree import descriptors
from tests import builders
from tests.e2e.mails import fresh_token, plain, with_file
from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import send
from tests.services.gateway import Gateway
from tests.services.ports import HOST

MIB = 1 << 20
CONNECTIONS = 3000


def large() -> bytes:
    """Return a message that does not fit into memory spools."""
    return with_file(fresh_token(), builders.clip() + bytes(2 * MIB), "video/mp4", "clip.mp4")


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Mount a file system of 1 MiB on `folder`."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "postern-test", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_full_disk_is_452_and_small_mail_flows(clamd: Clamd) -> None:
    """A message that finds no space is put off before anything is relayed; when there is space it is taken."""
    with Capture() as hop, Gateway.running(f"smtp://{HOST}:{hop.port}", clamd.unix) as gateway:
        with small_disk(gateway.folder / "spool"):
            full, small = send(gateway.port, large()), send(gateway.port, plain(fresh_token()))
        later = send(gateway.port, large())

        assert str(full).startswith("452 4.3.1 disk_full:")
        assert (small.code, later.code, len(hop.messages)) == (250, 250, 2)


def test_spool_folder_that_is_gone_is_452(clamd: Clamd) -> None:
    """Nobody gets a traceback, and the folder may come back while the gateway runs."""
    with Capture() as hop, Gateway.running(f"smtp://{HOST}:{hop.port}", clamd.unix) as gateway:
        spool = gateway.folder / "spool"
        spool.rename(gateway.folder / "away")
        gone = send(gateway.port, large())
        (gateway.folder / "away").rename(spool)
        back = send(gateway.port, large())

        assert str(gone).startswith("452 4.3.1 disk_full:")
        assert (back.code, len(hop.messages)) == (250, 1)


def test_connections_leave_no_descriptor_behind(clamd: Clamd) -> None:
    """With mail, only greeted, cut off and reset at every stage: afterwards the tree holds what it held before.

    `python -m bench.connections` does the same a hundred thousand times.
    """
    with Capture() as hop, Gateway.running(f"smtp://{HOST}:{hop.port}", clamd.unix) as gateway:
        asyncio.run(many(gateway.port, 200, 8, Random(1)))
        before = descriptors(gateway.process.pid)
        made = asyncio.run(many(gateway.port, CONNECTIONS, 8, Random(2)))
        after = held(gateway, before + SLACK)
        said = send(gateway.port, plain(fresh_token()))

    assert set(made) == {"with mail", "greeted", "cut off"}
    assert said.code == 250
    assert after <= before + SLACK
