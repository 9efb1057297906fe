"""What breaks during a soak: every process of the gateway but the first, clamd and the next hop, killed or frozen."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from random import Random

from bench.tree import children, members
from tests.services.clamd import Clamd
from tests.services.gateway import Gateway
from tests.services.ports import wait_until_listening

FROZEN = 2.0
"""Seconds for which something stands still."""


class NextHop:
    """The hop's process."""

    def __init__(self, port: int, notes: Path) -> None:
        self._command = [sys.executable, "-m", "bench.soak.hop", str(port), str(notes)]
        self._port = port
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)
        wait_until_listening(self._port, lambda: process.poll() is None)
        return process

    def stop(self) -> None:
        """Kill it."""
        self.process.kill()
        self.process.wait()

    def restart(self) -> None:
        """Kill it and start it again."""
        self.stop()
        self.process = self._start()


class Faults:
    """Breaks one thing after the other."""

    def __init__(self, gateway: Gateway, clamd: Clamd, hop: NextHop, chance: Random) -> None:
        self.count: Counter[str] = Counter()
        self._gateway = gateway
        self._clamd = clamd
        self._hop = hop
        self._chance = chance
        self._choices: dict[str, Callable[[], Awaitable[None]]] = {
            "worker killed": self._kill_worker,
            "child killed": self._kill_descendant,
            "child frozen": self._freeze_descendant,
            "other process killed": self._kill_other,
            "reload": self._reload,
            "upgrade": self._upgrade,
            "clamd restarted": self._restart_clamd,
            "clamd frozen": lambda: self._freeze(self._clamd.pid),
            "hop restarted": self._restart_hop,
            "hop frozen": lambda: self._freeze(self._hop.process.pid),
        }

    async def run(self) -> None:
        """Go on until cancelled; whatever is frozen thaws."""
        while True:
            await asyncio.sleep(self._chance.uniform(0.5, 2.5))
            name = self._chance.choice(list(self._choices))
            self.count[name] += 1
            with suppress(ProcessLookupError):
                await self._choices[name]()

    async def _kill_worker(self) -> None:
        self._kill(self._gateway.workers())

    def _descendant(self) -> int:
        """Choose a nursery or an examining child: what workers have forked."""
        first = set(children(self._gateway.process.pid))
        below = [pid for pid in members(self._gateway.process.pid)[1:] if pid not in first]
        if not below:
            raise ProcessLookupError
        return self._chance.choice(below)

    async def _kill_descendant(self) -> None:
        os.kill(self._descendant(), signal.SIGKILL)

    async def _freeze_descendant(self) -> None:
        await self._freeze(self._descendant())

    async def _reload(self) -> None:
        self._gateway.process.send_signal(signal.SIGHUP)

    async def _upgrade(self) -> None:
        self._gateway.process.send_signal(signal.SIGUSR2)

    async def _kill_other(self) -> None:
        first, workers = children(self._gateway.process.pid), self._gateway.workers()
        self._kill([pid for pid in first if pid not in workers])

    def _kill(self, pids: list[int]) -> None:
        if not pids:
            raise ProcessLookupError
        os.kill(self._chance.choice(pids), signal.SIGKILL)

    async def _restart_clamd(self) -> None:
        await asyncio.to_thread(self._clamd.restart)

    async def _restart_hop(self) -> None:
        await asyncio.to_thread(self._hop.restart)

    async def _freeze(self, pid: int) -> None:
        os.kill(pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(FROZEN)
        finally:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
