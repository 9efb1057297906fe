"""The files service beside nginx serving the same file from the disk: 25 MB downloads, small gate pages, memory.

    python -m bench.files [--quick]

Both run on this machine; 50 clients ask at a time, each on a connection of its own, from a process of their own. What
counts is the ratio: wall clock and CPU of the servers. `--quick` is a few seconds.
"""

import argparse
import hashlib
import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.tree import Peak, cpu_seconds, memory
from gateway.adapters.linkkeys import LinkKeys, add_key
from gateway.adapters.sql.contents import Contents
from gateway.adapters.sql.hosted import SqlHosted
from gateway.adapters.sql.store import open_store
from gateway.adapters.storeplace import Place
from gateway.edit.tokens import Claims, sign
from gateway.model.envelope import Envelope, Peer, Sender
from gateway.model.facts import Facts
from gateway.model.hosted import FileState, HostedFile
from gateway.ports.blobs import Blob
from gateway.ports.hosting import NewFile
from gateway.web.files.tickets import issue
from tests.services.ports import HOST, free_ports, wait_until_listening

ROOT = Path(__file__).parents[1]
SIZE = 25_000_000
AT_ONCE = 50
SETTINGS = """\
[clamav]
addresses = ["unix:/nonexistent"]
[store]
folder = "store"
[files]
listen = ["{host}:{port}"]
per_hour = 1000000
client_per_hour = 1000000
per_client = 1000
"""
NGINX = """\
daemon off; master_process on; worker_processes {workers}; pid {folder}/pid; error_log stderr error; user root;
events {{ worker_connections 1024; }}
http {{ sendfile on; access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
server {{ listen {host}:{port}; root {folder}; }} }}
"""


@dataclass(frozen=True, slots=True)
class Server:
    """What is measured."""

    name: str
    port: int
    pid: int
    large: str
    small: str


@dataclass(frozen=True, slots=True)
class Figure:
    """Of one server and one kind of answer."""

    each_ms: float
    """Wall clock for each answer, at 50 at a time."""
    cpu_ms: float
    """Of the server, for each answer."""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the requests")
    large, small = (50, 500) if parser.parse_args().quick else (500, 5000)
    table = Table("what", "nginx ms", "cpu", "Postern ms", "cpu", "ratio", "cpu ratio")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-files-")))
        folder.chmod(0o755)
        (folder / "large").write_bytes(os.urandom(SIZE))
        ours = stack.enter_context(postern(folder))
        (folder / "small").write_bytes(b"x" * 3400)
        theirs = stack.enter_context(nginx(folder))
        for path in (ours.large, ours.small):
            run(ours.port, path, 2 * AT_ONCE)
        before = memory(ours.pid)
        with Peak(ours.pid) as peak:
            for what, count, path in (("25 MB file", large, "large"), ("gate page", small, "small")):
                one, other = (measure(server, getattr(server, path), count) for server in (theirs, ours))
                table.add_row(what, *row(one, other))
        after = memory(ours.pid)
    Console().print(table)
    Console().print(
        f"memory of Postern (PSS): {before:.0f} MiB after a warm-up, {peak.mib:.0f} at the peak, {after:.0f} at the end"
    )
    return 0


def row(one: Figure, other: Figure) -> tuple[str, ...]:
    """Return the cells of both."""
    figures = (one.each_ms, one.cpu_ms, other.each_ms, other.cpu_ms)
    return (
        *(f"{value:.2f}" for value in figures),
        *(f"{b / a:.1f}" for a, b in zip(figures[:2], figures[2:], strict=True)),
    )


def measure(server: Server, path: str, count: int) -> Figure:
    """Ask `count` times, 50 at a time, from a process of their own; the first round is not counted."""
    run(server.port, path, AT_ONCE)
    cpu, start = cpu_seconds(server.pid), time.monotonic()
    run(server.port, path, count)
    wall = time.monotonic() - start
    return Figure(wall * 1000 / count, (cpu_seconds(server.pid) - cpu) * 1000 / count)


def run(port: int, path: str, count: int) -> None:
    """Ask from another process."""
    asking = multiprocessing.get_context("spawn").Process(target=clients, args=(port, path, count))
    asking.start()
    asking.join()
    if asking.exitcode:
        raise RuntimeError(f"an answer from {port} was not whole")


def clients(port: int, path: str, count: int) -> None:
    """Ask with 50 threads; end with 1 where an answer is not what it should be."""
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode()
    wrong: list[int] = []

    def ask() -> None:
        buffer = bytearray(1 << 18)
        for _ in range(count // AT_ONCE):
            with socket.create_connection((HOST, port), timeout=120) as sock:
                sock.sendall(request)
                got = sock.recv_into(buffer)
                head = bytes(buffer[:got])
                while size := sock.recv_into(buffer):
                    got += size
                if not head.startswith(b"HTTP/1.1 200") or got < 1000 or (b"25000000" in head and got < SIZE):
                    wrong.append(got)

    threads = [threading.Thread(target=ask) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.exit(1 if wrong else 0)


@contextmanager
def postern(folder: Path) -> Iterator[Server]:
    """Run the files service over a store with one file."""
    (port,) = free_ports(1)
    (folder / "postern.toml").write_text(SETTINGS.format(host=HOST, port=port))
    (folder / "policies").symlink_to(ROOT / "policies")
    token = host(folder)
    ticket = issue(token, time.time(), LinkKeys(folder / "store/link.keys").read())
    command = [sys.executable, "-m", "gateway", "serve", "--role", "files", "--config", f"{folder}/postern.toml"]
    with ended(command) as running:
        wait_until_listening(port, lambda: running.poll() is None)
        yield Server("Postern", port, running.pid, f"/{token}/large?ticket={ticket}", f"/{token}/large")


def host(folder: Path) -> str:
    """Put the file into the store; return the token of a link to it."""
    (folder / "store").mkdir()
    add_key(folder / "store/link.keys")
    store, now = open_store(Place("", "", folder / "store")), time.time()
    content = (folder / "large").read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    file = HostedFile(
        "f1", "acme", sha256, SIZE, "large.bin", "application/octet-stream", "m1", "", "", ("bob@acme.example",),
        now, now + 86400, FileState.PENDING, scanned_at=now,
    )  # fmt: skip
    Contents(store.engine, store.blobs).put(Blob("acme", sha256), SIZE, [content], now)
    facts = Facts("m1", now, Envelope(Peer("192.0.2.1", 25), Sender("a@b.example"), ()), 1, (), (), ())
    files = SqlHosted(store.engine)
    files.add(NewFile(file, "", facts))
    files.settle("m1", delivered=True)
    store.close()
    return sign(Claims("f1", "acme", file.audience, int(now) + 86400), LinkKeys(folder / "store/link.keys").read())


@contextmanager
def nginx(folder: Path) -> Iterator[Server]:
    """Run an nginx with one worker, as the files service has."""
    (port,) = free_ports(1)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, host=HOST, port=port, workers=1))
    with ended(["nginx", "-e", "stderr", "-c", f"{folder}/nginx.conf", "-p", str(folder)]) as running:
        wait_until_listening(port, lambda: running.poll() is None)
        yield Server("nginx", port, running.pid, "/large", "/small")


@contextmanager
def ended(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program, and end it."""
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        yield running
    finally:
        running.terminate()
        running.wait(60)


if __name__ == "__main__":
    sys.exit(main())
