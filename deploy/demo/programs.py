"""Starts the programs of the demonstration and ends them by their pid, whatever happens."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
SYSTEM_SIGNATURES = Path("/var/lib/clamav")
OWN = ROOT / "deploy/clamav"
PATIENCE = {"clamd": 300.0, "the gateway": 60.0}
"""Seconds; clamd reads some eight million signatures when it has the system's."""


class DemoError(Exception):
    """Something did not start; the text says what and where its log is."""


def has_system_signatures() -> bool:
    """Tell whether freshclam has been here."""
    return any(SYSTEM_SIGNATURES.glob("*.c[lv]d"))


@contextlib.contextmanager
def clamd(folder: Path) -> Iterator[Path]:
    """Run clamd with the system's signatures, or our own small set; yield its socket."""
    signatures = SYSTEM_SIGNATURES
    if not has_system_signatures():
        signatures = folder / "signatures"
        signatures.mkdir()
        shutil.copy(OWN / "local.hsb", signatures)
    text = (OWN / "clamd-local.conf.in").read_text()
    text = text.format(folder=folder, signatures=signatures, user=pwd.getpwuid(os.geteuid()).pw_name)
    (folder / "clamd.conf").write_text(text)
    command = ["clamd", f"--config-file={folder / 'clamd.conf'}"]
    address = folder / "clamd.sock"
    with _running("clamd", command, folder / "clamd.log", lambda: _answers(address)):
        yield address


@contextlib.contextmanager
def gateway(settings: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run `postern serve`."""
    if _listens(port):
        raise DemoError(f"somebody listens on 127.0.0.1:{port} already; end that first")
    command = [str(ROOT / ".venv/bin/postern"), "serve", "--config", str(settings)]
    with _running("the gateway", command, settings.with_suffix(".log"), lambda: _listens(port)) as process:
        yield process


@contextlib.contextmanager
def _running(
    name: str, command: list[str], log: Path, is_ready: Callable[[], bool]
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        process = _start(name, command, out)
    try:
        deadline = time.monotonic() + PATIENCE[name]
        while not is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise DemoError(f"{name} did not start; {log} ends with:\n{_tail(log)}")
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _start(name: str, command: list[str], out: IO[bytes]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C comes to us alone, and we end the others in order.
    try:
        return subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    except FileNotFoundError:
        raise DemoError(f"{name}: {command[0]} is not installed; deploy/setup does that") from None


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:])


def _answers(address: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as asking, contextlib.suppress(OSError):
        asking.settimeout(5)
        asking.connect(str(address))
        asking.sendall(b"zPING\0")
        return asking.recv(16).startswith(b"PONG")
    return False


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2):
        return True
    return False
