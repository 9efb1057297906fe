"""A real clamd for tests: own folder, own small signatures, a unix socket and a TCP port of 127.0.0.1."""

import base64
import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.ports import HOST, free_ports, wait_until

EICAR = base64.b64decode("WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FSLVNUQU5EQVJELUFOVElWSVJVUy1URVNULUZJTEUhJEgrSCo=")
"""The EICAR test file, encoded so that no scanner takes this source for it."""
BODY_MARK = b"postern-test-signature"
"""Found wherever it stands in a file, as Postern.Test.Body.UNOFFICIAL."""

_TEMPLATES = Path(__file__).parents[2] / "deploy" / "clamav"
_Socket = socket.socket  # pytest-socket guards the name later; asking our own clamd is no network


class Clamd:
    """One clamd; its signatures may be changed while it runs."""

    def __init__(self, folder: Path) -> None:
        """Write configuration and signatures into `folder`; its path must be short enough for a socket."""
        self.folder = folder
        self.signatures = folder / "signatures"
        self.signatures.mkdir()
        shutil.copy(_TEMPLATES / "local.hsb", self.signatures)
        self.add_signature("Postern.Test.Body", BODY_MARK)
        self._path, (self._port,) = folder / "clamd.sock", free_ports(1)
        self.unix, self.tcp = f"unix:{self._path}", f"tcp:{HOST}:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return when it answers."""
        user = pwd.getpwuid(os.geteuid()).pw_name
        text = (_TEMPLATES / "clamd-local.conf.in").read_text()
        text = text.format(folder=self.folder, signatures=self.signatures, user=user)
        config = self.folder / "clamd.conf"
        # While it loads new signatures it answers nobody: the older behaviour, and that of small machines.
        config.write_text(f"{text}TCPSocket {self._port}\nTCPAddr {HOST}\nConcurrentDatabaseReload no\n")
        with (self.folder / "clamd.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["clamd", f"--config-file={config}"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        wait_until(lambda: self._ask(b"zPING\0") == b"PONG\0", lambda: self.is_running, 30, "clamd")

    @property
    def is_running(self) -> bool:
        """Tell whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        """End it; nobody listens afterwards."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def restart(self) -> None:
        """End it and start it again."""
        self.stop()
        self.start()

    def add_signature(self, name: str, mark: bytes) -> None:
        """Add a body signature; it counts from the next start on."""
        with (self.signatures / "local.ndb").open("a") as file:
            file.write(f"{name}:0:*:{mark.hex()}\n")

    def reload(self) -> None:
        """Have it load its signatures; returns before it has."""
        assert self._ask(b"zRELOAD\0") == b"RELOADING\0"

    def loads(self) -> int:
        """Return how often it has loaded its signatures anew."""
        return (self.folder / "clamd.log").read_text(errors="replace").count("Database correctly reloaded")

    def _ask(self, command: bytes) -> bytes:
        with _Socket(socket.AF_UNIX) as asking, contextlib.suppress(OSError):
            asking.settimeout(5)
            asking.connect(str(self._path))
            asking.sendall(command)
            return asking.recv(64)
        return b""


@contextlib.contextmanager
def running_clamd() -> Iterator[Clamd]:
    """Run a clamd in a folder of its own, without pytest too."""
    with tempfile.TemporaryDirectory(prefix="clamd-") as folder:
        one = Clamd(Path(folder))
        one.start()
        try:
            yield one
        finally:
            one.stop()


@pytest.fixture(scope="session")
def clamd() -> Iterator[Clamd]:
    """Give the clamd that all tests share; whoever stops it starts it again."""
    with running_clamd() as one:
        yield one
