"""The process of jobs beside a running gateway: `postern serve --role jobs` over the same settings."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.services.ports import wait_until

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Jobs:
    """A running one."""

    folder: Path
    process: "subprocess.Popen[bytes]"

    def events(self, name: str) -> list[dict[str, Any]]:
        """Return the log lines of one event."""
        text = (self.folder / "jobs.log").read_text(errors="replace")
        lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
        return [line for line in lines if line.get("event") == name]

    def wait_for(self, name: str, subject: str = "", seconds: float = 60) -> dict[str, Any]:
        """Return the first line of an event about a subject."""

        def found() -> list[dict[str, Any]]:
            return [line for line in self.events(name) if not subject or line.get("subject") == subject]

        wait_until(lambda: found() != [], lambda: self.process.poll() is None, seconds, f"{name} {subject}")
        return found()[0]


@contextmanager
def jobs(folder: Path) -> Iterator[Jobs]:
    """Run it over the settings in `folder`."""
    with (folder / "jobs.log").open("wb") as log:
        command = [sys.executable, "-m", "gateway", "serve", "--role", "jobs", "--config", str(folder / "postern.toml")]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
    running = Jobs(folder, process)
    try:
        running.wait_for("ready")
        yield running
    except Exception as error:
        error.add_note((folder / "jobs.log").read_text(errors="replace")[-5000:])
        raise
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
