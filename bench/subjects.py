"""What is measured: the gateway with a real clamd, and a plain Postfix relay; and the sink behind both."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.services import postfix as mta
from tests.services.clamd import running_clamd
from tests.services.gateway import Gateway
from tests.services.ports import HOST, free_ports, wait_until_listening


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that takes mail on a port; `pid` is the root of all its processes."""

    name: str
    pid: int
    port: int
    settle: Callable[[], None]
    """Returns when everything that was accepted has left."""


@contextmanager
def sink() -> Iterator[int]:
    """Run smtp-sink; yield its port."""
    (port,) = free_ports(1)
    process = subprocess.Popen(["smtp-sink", "-u", "nobody", f"{HOST}:{port}", "256"])
    try:
        wait_until_listening(port, lambda: process.poll() is None)
        yield port
    finally:
        process.terminate()
        process.wait()


@contextmanager
def postfix(target: int) -> Iterator[Subject]:
    """Run a plain relay with Postfix's own defaults for logging (to syslog, not by a process of its own)."""
    instance = mta.front(target, maillog_file="")
    queues = [instance.folder / "queue" / name for name in ("incoming", "active", "deferred")]

    def settle() -> None:
        while any(path.is_file() for queue in queues for path in queue.rglob("*")):
            time.sleep(0.05)

    try:
        yield Subject("postfix", instance.process.pid, instance.port, settle)
    finally:
        instance.stop()


@contextmanager
def gateway(target: int, more: str = "") -> Iterator[Subject]:
    """Run `postern serve` with its defaults, and `more` settings, and a real clamd."""
    hop = f"smtp://{HOST}:{target}"
    with running_clamd() as clamd, Gateway.running(next_hop=hop, clamd=clamd.unix, more=more) as ours:
        yield Subject("gateway", ours.process.pid, ours.port, lambda: None)
