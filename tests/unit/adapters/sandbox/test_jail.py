"""What a child of the nursery cannot do; tried from inside."""

import ctypes
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Callable
from mmap import mmap
from pathlib import Path

import pytest

from gateway.adapters.sandbox import jail, landlock
from gateway.adapters.sandbox.scratch import Scratch
from gateway.model.examination import Examination
from gateway.model.finding import Finding, FindingKind
from gateway.model.limits import Limits
from gateway.model.message import Message
from tests.unit.adapters.sandbox.works import ask, root, running

LIBC = ctypes.CDLL(None, use_errno=True)
REAL_SOCKET = socket.socket
FILES = [
    "read a file of the machine",
    "read a file of the gateway's user",
    "write a file",
    "list a folder",
]
"""What only Landlock prevents: a kernel without it leaves the rights of the gateway's user."""


def attempts(folder: str) -> dict[str, Callable[[], object]]:
    """Return things that hostile code would try."""
    return {
        "socket": lambda: REAL_SOCKET(socket.AF_INET, socket.SOCK_STREAM),
        "unix socket": lambda: REAL_SOCKET(socket.AF_UNIX, socket.SOCK_STREAM),
        "program": lambda: subprocess.run(["/bin/true"], check=True),
        "exec": lambda: os.execv("/bin/true", ["true"]),
        "fork": os.fork,
        "kill the nursery": lambda: os.kill(os.getppid(), 15),
        "new namespace": lambda: _call(LIBC.unshare, 0x00020000),
        "trace": lambda: _call(LIBC.ptrace, 0, 0, 0, 0),
        "change limits of the nursery": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (3, 3)),
        "read a file of the machine": lambda: Path("/etc/passwd").read_bytes(),
        "read a file of the gateway's user": lambda: Path(folder, "precious").read_bytes(),
        "write a file": lambda: Path(folder, "planted").write_bytes(b"x"),
        "list a folder": lambda: list(Path("/etc").iterdir()),
        "remove a file": lambda: Path(folder, "precious").unlink(),
        "more memory": lambda: bytearray(500_000_000),
        "more descriptors": lambda: [os.dup(0) for _ in range(100)],
        "a larger file": lambda: os.ftruncate(os.memfd_create("x"), 2_000_000_000),
    }


def _call(function: Callable[..., int], *arguments: int) -> None:
    if function(*arguments) != 0:
        raise OSError(ctypes.get_errno(), "refused")


def trying(data: bytes | mmap, _limits: Limits, _store: Scratch) -> Examination:
    """Try everything; one finding for what was possible."""
    found = []
    for name, attempt in attempts(bytes(data).decode()).items():
        try:
            attempt()
        except (OSError, MemoryError):
            continue
        found.append(Finding(FindingKind.POLYGLOT, name))
    return Examination(Message(len(data), root(len(data))), (), tuple(found))


async def test_child_can_do_nothing_of_what_hostile_code_would_try(tmp_path: Path) -> None:
    """No connection, no program, no process, no signal, no namespace, no removal, no growth."""
    (tmp_path / "precious").touch()
    async with running(tmp_path / "spool", trying) as examiner:
        inspection = await ask(examiner, tmp_path / "spool", str(tmp_path).encode())

    assert [one.where for one in inspection.examination.findings] == ([] if landlock.version() else FILES)
    assert (tmp_path / "precious").exists()


async def test_child_holds_no_descriptor_of_the_worker(tmp_path: Path) -> None:
    """Only the standard ones, its channel and what belongs to the message are open in it."""
    secret = os.open(__file__, os.O_RDONLY)
    os.set_inheritable(secret, True)

    def listing(data: bytes | mmap, _limits: Limits, _store: Scratch) -> Examination:
        """List the open descriptors below 64."""
        found = []
        for number in range(3, 64):
            try:
                os.fstat(number)
            except OSError:
                continue
            found.append(Finding(FindingKind.POLYGLOT, str(number)))
        return Examination(Message(len(data), root(len(data))), (), tuple(found))

    async with running(tmp_path, listing) as examiner:
        inspection = await ask(examiner, tmp_path, b"x" * 10)
    os.close(secret)

    assert len(inspection.examination.findings) <= 2  # the channel, and the message's while it is read


@pytest.mark.parametrize("keep", [{0, 1, 2}, {0, 1, 2, 5}, {1, 2, 9}])
def test_every_other_descriptor_is_closed(keep: set[int]) -> None:
    """Ranges between, before and behind what is kept are closed, and nothing else."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(2, 9)
        os.dup2(2, 5)
        report = os.dup2(writing, 20)
        jail.close_all_but(keep | {report})
        left = {number for number in range(20) if os.path.exists(f"/proc/self/fd/{number}")}  # noqa: PTH110
        os.write(report, b"same" if left == keep else repr(left).encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(pid, 0)
    said = os.read(reading, 1000)
    os.close(reading)

    assert said == b"same"


FAULTS = """
import resource
from gateway.adapters.sandbox import jail

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(100):
        first, second = bytearray(256 * 1024), bytearray(256 * 1024)
        del first, second
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

jail.keep_memory()
faults()
print(faults())
"""


def test_buffers_are_kept_from_one_message_to_the_next() -> None:
    """The system is not asked for the same pages again and again: 128 of them a round would be."""
    done = subprocess.run([sys.executable, "-c", FAULTS], capture_output=True, text=True, check=True)

    assert int(done.stdout) < 100
