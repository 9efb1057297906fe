"""The policies that a process serves: loaded at start, and again when a file changes.

A set is swapped in one assignment, so a message keeps the set with which it began. A folder with a mistake
changes nothing: the old set stays, each mistake is a log line, and `problems` says so until it is repaired.
"""

import asyncio
from pathlib import Path

import structlog
from watchfiles import awatch
from watchfiles._rust_notify import WatchfilesRustInternalError

from gateway.adapters.policyfiles import load
from gateway.model.policyset import PolicySet
from gateway.policy.source import PolicyErrors, Problem

DEBOUNCE_MS = 400
"""An editor's several writes make one load; a change must be visible within a second."""
STEP_MS = 200
"""Between looks for changes: each wakes a thread, and at 50 an idle worker cost 5 ms of CPU a second."""
PAUSE = 1.0
"""Seconds between looks at a folder that cannot be watched."""

log = structlog.get_logger()


class PolicyWatch:
    """The current PolicySet of one process. Making one loads the folder and raises PolicyErrors when it is broken."""

    def __init__(self, folder: Path) -> None:
        self.current: PolicySet = load(folder)
        self.problems: tuple[Problem, ...] = ()
        """Of the last load; the current set is an older one while there are any."""
        self._folder = folder

    def reload(self) -> bool:
        """Load the folder again; tell whether what is served is what is written there."""
        try:
            fresh = load(self._folder)
        except PolicyErrors as error:
            self._keep_old(error.problems)
            return False
        self.problems = ()
        if fresh.version != self.current.version:
            self.current = fresh
            log.info("policies_loaded", version=fresh.version, tenants=len(fresh.tenants))
        return True

    async def watch(self) -> None:
        """Reload whenever something changes below the folder, until cancelled."""
        reason = ""
        while True:
            try:
                await self._watch()
            except (OSError, WatchfilesRustInternalError) as error:
                if (
                    str(error) != reason
                ):  # once, not each second: the folder is gone, or the system's watches are used up
                    log.warning("policies_unwatched", folder=str(self._folder), reason=str(error))
                reason = str(error)
                await asyncio.sleep(PAUSE)
            await asyncio.to_thread(self.reload)

    async def _watch(self) -> None:
        """Wait for changes until the folder's name leads to another folder (a symbolic link was switched).

        The first time-out is taken for a change: it covers what came before the watch stood.
        """
        watched, is_first = _identity(self._folder), True
        async for changes in awatch(
            self._folder, debounce=DEBOUNCE_MS, step=STEP_MS, rust_timeout=1000, yield_on_timeout=True
        ):
            if _identity(self._folder) != watched:
                return
            if changes or is_first:
                await asyncio.to_thread(self.reload)
            is_first = False

    def _keep_old(self, problems: tuple[Problem, ...]) -> None:
        if problems == self.problems:
            return
        self.problems = problems
        for one in problems:
            log.error(
                "policies_broken",
                file=one.file,
                line=one.line,
                column=one.column,
                text=one.text,
                kept=self.current.version,
            )


def _identity(folder: Path) -> tuple[int, int]:
    state = folder.stat()
    return state.st_dev, state.st_ino
