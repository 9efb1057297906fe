"""The end of hosted files: their time is over, their bytes go, and after a while their rows and journals too.

Each run does a bounded part and asks to come again while there is more.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from gateway.jobs.schedule import Done
from gateway.model.policy import DAY
from gateway.ports.hosting import HostedFiles
from gateway.ports.upkeep import Bans

BATCH = 1000
_BANS_KEPT = 30 * DAY
"""Seconds that a ban is still in the table after it ended; the audit log has it for good."""


class Contents(Protocol):
    """The bytes that rows refer to."""

    def remove_unused(self, now: float, limit: int) -> int:
        """Look at up to `limit` contents that may be of no use, and remove those; return how many. Blocks."""


@dataclass(frozen=True, slots=True)
class Retention:
    """What a run needs; `run` is the loop's."""

    files: HostedFiles
    contents: Contents
    bans: Bans
    clock: Callable[[], float] = time.time
    batch: int = BATCH

    async def run(self) -> Done:
        """Do a part of what is due."""
        ended, seen = await asyncio.to_thread(self._part)
        note = f"{ended} files ended or forgotten, {seen} contents looked at"
        return Done(note, 0.0 if max(ended, seen) >= self.batch else None)

    def _part(self) -> tuple[int, int]:
        now = self.clock()
        ended = self.files.expire(now, self.batch)
        self.bans.forget(now - _BANS_KEPT)
        return ended, self.contents.remove_unused(now, self.batch)
