"""A real process of ours whose log lines a test waits for: readiness without sleeping."""

import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[3]
_PATIENCE = 60.0


class Running:
    """A process that writes JSON lines; killed with all its descendants when the test is over."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self.lines: list[dict[str, Any]] = []
        self._rest = b""
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | dict(environ),
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for pid in [self.process.pid, *self.descendants()]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.communicate()

    def wait_for(self, event: str, count: int = 1) -> dict[str, Any]:
        """Return the `count`-th line with this event; fail with all lines when the process ends before."""
        until = time.monotonic() + _PATIENCE
        while len(found := [line for line in self.lines if line.get("event") == event]) < count:
            assert self._read(until), f"no {event} in {self.lines} {self._complaint()}"
        return found[count - 1]

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Signal the process, read to the end, and return the exit code."""
        self.process.send_signal(number)
        return self.finish()

    def finish(self) -> int:
        """Read to the end and return the exit code."""
        until = time.monotonic() + _PATIENCE
        while self._read(until):
            pass
        return self.process.wait(_PATIENCE)

    def descendants(self) -> list[int]:
        """Return the processes of its session other than itself."""
        found = []
        for entry in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = entry.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == self.process.pid and fields[0] != "Z" and int(entry.parent.name) != self.process.pid:
                found.append(int(entry.parent.name))
        return found

    def wait_until_alone(self) -> list[int]:
        """Return the descendants that are left when there is no more patience; hopefully none."""
        until = time.monotonic() + _PATIENCE / 4
        while (left := self.descendants()) and time.monotonic() < until:
            os.sched_yield()
        return left

    def _read(self, until: float) -> bool:
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, until - time.monotonic()))
        chunk = os.read(self.process.stdout.fileno(), 65536) if ready else b""
        *whole, self._rest = (self._rest + chunk).split(b"\n")
        self.lines += [json.loads(line) for line in whole]
        return bool(chunk)

    def _complaint(self) -> str:
        if self.process.poll() is None:
            return "(still running)"
        assert self.process.stderr is not None
        return self.process.stderr.read().decode()
