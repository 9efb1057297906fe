"""The gateway itself as its users run it: `postern serve` with a settings file of its own, ended by its pid."""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.services.ports import HOST, free_ports, is_listening, wait_until

ROOT = Path(__file__).parents[2]

SETTINGS = """\
[server]
hostname = "gateway.test"
workers = 2

[listen]
smtp = ["{host}:{port}"]
lmtp = {lmtp}
milter = {milter}

[paths]
policies = "policies"
spool = "spool"
maildir = "mail"
run = "run"
outcomes = "outcomes"

[clamav]
addresses = ["{clamd}"]

[log]
format = "json"

[monitor]
listen = "{host}:{monitor}"
"""

NO_DNS = """
[authentication]
resolver = ["127.0.0.1:1"]
"""
"""Nobody answers there, at once: no test asks the world's name servers."""

TENANT = """\
tenant: example
domains: [example.test]
next_hop: {next_hop}
allow: [images, videos, pdf]
otherwise: reject
"""


@dataclass(frozen=True, slots=True)
class Gateway:
    """A running gateway."""

    folder: Path
    port: int
    monitor: int
    process: subprocess.Popen[bytes]
    lmtp: int = 0
    """Where LMTP is spoken, if it is."""

    @classmethod
    @contextmanager
    def running(
        cls,
        next_hop: str,
        clamd: str,
        *,
        more: str = "",
        tenants: dict[str, str] | None = None,
        under: Sequence[str] = (),
        milter: Sequence[str] = (),
        lmtp: bool = False,
    ) -> Iterator[Self]:
        """Start a gateway whose tenant `example` relays to `next_hop`; `more` is appended to its settings.

        `under` is a command that runs it in other surroundings; `milter` are the addresses of its milter door, and
        with `lmtp` it speaks that too.
        """
        folder = Path(tempfile.mkdtemp(prefix="postern-"))
        port, monitor, lmtp_port = free_ports(3)
        shutil.copytree(ROOT / "policies", folder / "policies", ignore=shutil.ignore_patterns("tenants"))
        (folder / "policies/tenants").mkdir()
        for name, text in (tenants or {"example": TENANT}).items():
            (folder / f"policies/tenants/{name}.yaml").write_text(text.format(next_hop=next_hop))
        settings = SETTINGS.format(
            host=HOST,
            port=port,
            lmtp=json.dumps([f"{HOST}:{lmtp_port}"] if lmtp else []),
            monitor=monitor,
            clamd=clamd,
            milter=json.dumps(milter),
        )
        if "[authentication]" not in more:
            more += NO_DNS
        (folder / "postern.toml").write_text(settings + more)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [*under, sys.executable, "-m", "gateway", "serve", "--config", folder / "postern.toml"],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        running = cls(folder, port, monitor, process, lmtp_port)
        try:
            wait_until(running.is_ready, running.is_alive, 60, "the gateway")
            yield running
        except Exception as error:
            error.add_note(running.log()[-5000:])
            raise
        finally:
            running.stop()
            shutil.rmtree(folder, ignore_errors=True)

    def is_alive(self) -> bool:
        """Tell whether the supervisor runs."""
        return self.process.poll() is None

    def is_ready(self) -> bool:
        """Tell whether /readyz says yes."""
        return self.get("/readyz")[0] == 200

    def ready(self) -> dict[str, Any]:
        """Return what /readyz says; empty lists when it does not answer."""
        code, text = self.get("/readyz")
        return json.loads(text) if code else {"policy": [], "reasons": []}

    def listens(self) -> bool:
        """Tell whether somebody takes connections on the SMTP port."""
        return is_listening(self.port)

    def workers(self) -> list[int]:
        """Return the workers, oldest first."""
        return [pid for pid in children_of(self.process.pid) if children_of(pid)]

    def keeper(self) -> int:
        """Return the keeper: the process that has its socket open."""
        (place,) = (self.folder / "run").glob("keeper-*.sock")
        lines = Path("/proc/net/unix").read_text().splitlines()
        (inode,) = (line.split()[6] for line in lines if line.endswith(str(place)) and line.split()[3] == "00010000")
        return next(
            pid
            for pid in children_of(self.process.pid)
            if f"socket:[{inode}]" in map(_target, Path(f"/proc/{pid}/fd").iterdir())
        )

    def get(self, path: str) -> tuple[int, str]:
        """Ask the monitor; (0, "") when it does not answer."""
        try:
            with urllib.request.urlopen(f"http://{HOST}:{self.monitor}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def log(self) -> str:
        """Return everything that was logged so far."""
        return (self.folder / "log").read_text(errors="replace")

    def events(self, name: str) -> list[dict[str, Any]]:
        """Return the log lines of one event."""
        lines = [json.loads(line) for line in self.log().splitlines() if line.startswith("{")]
        return [line for line in lines if line.get("event") == name]

    def decision(self, message_id: str) -> dict[str, Any]:
        """Return the log line of one message, as soon as it is there."""

        def found() -> list[dict[str, Any]]:
            return [line for line in self.events("message") if line["id"] == message_id]

        wait_until(lambda: found() != [], self.is_alive, 10, f"the log line of {message_id}")
        return found()[0]

    def outcomes(self, *options: str) -> str:
        """Return what `postern outcomes` shows."""
        config = str(self.folder / "postern.toml")
        command = [sys.executable, "-m", "gateway", "outcomes", "--config", config, *options]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    def write_policy(self, name: str, text: str) -> None:
        """Replace a tenant's file in one step, as an editor does."""
        path = self.folder / f"policies/tenants/{name}.yaml"
        path.with_suffix(".new").write_text(text)
        path.with_suffix(".new").rename(path)

    def stop(self) -> int:
        """Send SIGTERM and wait; return the exit status."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


def children_of(pid: int) -> list[int]:
    """Return the direct children of a process, oldest first; none where it is gone."""
    try:
        return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    except OSError:
        return []


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""
