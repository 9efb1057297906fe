"""A gateway's folder for tests: settings, policies, free ports; and the real `postern` over it."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services.ports import HOST, free_ports
from tests.unit.app.running import ROOT, Running

SETTINGS = """\
[server]
hostname = "mx.example.test"
workers = {workers}
children = 1
[listen]
smtp = ["{host}:{port}"]
[monitor]
listen = "{host}:{monitor}"
[clamav]
addresses = ["unix:/nonexistent/clamd.ctl"]
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with a gateway's files; its path is short enough for sockets."""

    folder: Path
    port: int
    monitor: int

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.folder / "postern.toml"

    @property
    def tenant(self) -> Path:
        """The policy file of the one tenant, `example`, for example.test."""
        return self.folder / "policies/tenants/example.yaml"

    def add(self, settings: str) -> None:
        """Append to the settings file."""
        with self.settings.open("a") as file:
            file.write(settings)

    def serve(self) -> Running:
        """Start `postern serve`."""
        return Running(_command("serve", "--config", str(self.settings)), {})

    def postern(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end, in the folder."""
        return subprocess.run(_command(*arguments), input=stdin, capture_output=True, check=False, cwd=self.folder)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "gateway", *arguments]


@contextmanager
def place(workers: int = 1) -> Iterator[Place]:
    """Make a folder whose tenant delivers into a Maildir; without a clamd."""
    folder = Path(tempfile.mkdtemp(prefix="postern-"))
    port, monitor = free_ports(2)
    (folder / "postern.toml").write_text(SETTINGS.format(host=HOST, port=port, monitor=monitor, workers=workers))
    shutil.copytree(ROOT / "policies", folder / "policies", ignore=shutil.ignore_patterns("studio.yaml"))
    try:
        yield Place(folder, port, monitor)
    finally:
        shutil.rmtree(folder)
