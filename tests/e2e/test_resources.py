"""What runs out: disk, folders, descriptors. Each has its answer, and nothing is left behind."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.tree import members
from tests import builders
from tests.e2e.mails import fresh_token, plain, with_file
from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import Client, send
from tests.services.gateway import Gateway
from tests.services.ports import HOST, wait_until

MIB = 1 << 20
CONNECTIONS = 2000


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


def descriptors(gateway: Gateway) -> int:
    """Count the open descriptors of the whole tree."""
    return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in members(gateway.process.pid))


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
    """Idle ones, refused ones, cut ones and ones with mail: afterwards the tree holds what it held before."""
    with Capture() as hop, Gateway.running(f"smtp://{HOST}:{hop.port}", clamd.unix) as gateway:
        for _ in range(20):
            send(gateway.port, plain(fresh_token()))
        before = descriptors(gateway)
        for number in range(CONNECTIONS):
            with Client(gateway.port) as client:
                if number % 20 == 0:
                    client.send(plain(fresh_token()))
                elif number % 3 == 0:
                    client.envelope(recipients=["nobody@elsewhere.example"])
                elif number % 3 == 1:
                    client.envelope()
        # kept connections to the next hop and to clamd come and go within a few
        wait_until(lambda: descriptors(gateway) <= before + 10, gateway.is_alive, 60, "the descriptors")

        assert descriptors(gateway) <= before + 10
