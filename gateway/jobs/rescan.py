"""Hosted files scanned again and again: on new signatures, when their last scan is old, and when somebody asks.

A pass is a row in the book, and how far it is stands there: a place in the order of files, newest and most downloaded
first. After a restart it goes on from there; a page that was scanned and not written down is scanned once more. A
pass walks down until a whole walk brings no verdict, because a file that is downloaded meanwhile moves up. While the
scanner is silent nothing moves on.

Files that wait for their first scan go before everything else.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from gateway.jobs.checking import SECONDS, Checking, Meaning
from gateway.jobs.schedule import Done
from gateway.model.hosted import FileState, HostedFile
from gateway.model.limits import Deadline
from gateway.model.policy import DAY, Hosting
from gateway.model.policyset import PolicySet
from gateway.ports.hosting import HostedFiles, Which
from gateway.ports.upkeep import Pass, Passes

NEW_SIGNATURES = "new signatures"
OLD_SCANS = "old scans"
_WALKS = frozenset({NEW_SIGNATURES, OLD_SCANS})
"""Reasons of passes that begin by themselves."""
_EARLY = 0.75
"""Of the time between two scans of a file: from then on it is due, so that it is scanned before that time is over."""
_OFTEN = 12
"""Passes over old scans begin so often in that time."""
_AGAIN = 3600.0
"""Seconds after a pass in which files had no verdict until the next one looks at those."""
_MOST_ASKED = 1000
"""Files that one who asks for a rescan may name."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast files are scanned again."""

    page: int = 100
    """Files that are chosen and written down together."""
    per_second: float = 20.0
    """Files, at most."""
    turn: float = 15.0
    """Seconds until files that wait for their first scan, and new signatures, are looked for again."""


@dataclass(slots=True)
class Counts:
    """What this process has done, by how it ended."""

    clean: int = 0
    bad: int = 0
    failed: int = 0

    def readings(self) -> Mapping[str, int]:
        """Return the numbers by reason."""
        return {"clean": self.clean, "bad": self.bad, "failed": self.failed}


class Rescans:
    """The loop; also implements `ports.domains.Rescans`."""

    def __init__(
        self,
        files: HostedFiles,
        passes: Passes,
        checking: Checking,
        version: Callable[[], Awaitable[str]],
        policies: Callable[[], PolicySet],
        pace: Pace,
    ) -> None:
        """`version` says with which signatures the scanner scans now; it is empty while that is silent."""
        self.counts = Counts()
        self.left = 0
        """Files that the pass of now is still to look at, as far as is known."""
        self._counted = 0
        """The pass that `left` is about."""
        self._files = files
        self._passes = passes
        self._checking = checking
        self._version = version
        self._policies = policies
        self._pace = pace

    async def soon(self, files: Sequence[HostedFile], why: str) -> None:
        """Write a pass of these files, which goes before others; the loop's next run begins it."""
        if files:
            await asyncio.to_thread(self._passes.begin, asked([one.id for one in files], why, time.time()))

    async def run(self) -> Done:
        """Do what is due, for a while: then come again at once, so that what is urgent never waits for a whole pass."""
        version = await self._version()
        if not version:
            return Done("the scanner is silent")
        self._checking.signatures = version
        await self._first_scans()
        await asyncio.to_thread(self._begin_due, version)
        until = time.monotonic() + self._pace.turn
        while open_ := await asyncio.to_thread(self._passes.open):
            one = open_[0]
            if time.monotonic() >= until:
                return Done(f"pass {one.number} goes on: {one.reason}", again_in=0.0)
            if one.number != self._counted:
                self._counted = one.number
                self.left = len(one.ids) or await asyncio.to_thread(self._passes.left, one.before)
            if not await self._page(one):
                return Done(f"waits: {one.reason}")
        self.left = 0
        return Done(f"up to date with {version}")

    async def _first_scans(self) -> None:
        """Scan files that wait for their first one, until no verdict comes any more."""
        waiting = Which(state=FileState.SCANNING)
        while files := await asyncio.to_thread(self._files.list, waiting, self._pace.page):
            if not (await self._scan(files)).moved:
                return

    def _begin_due(self, version: str) -> None:
        """Begin the pass that is due, if one is; one that is overtaken by new signatures ends."""
        now, walks = time.time(), [one for one in self._passes.last(100) if one.reason in _WALKS]
        newest = walks[0] if walks else None
        if newest is None or newest.signatures != version:
            for one in walks:
                if not one.ended_at:
                    self._passes.save(replace(one, ended_at=now))
            self._begin(NEW_SIGNATURES, version, now, now)
        elif newest.ended_at and newest.failed and now - newest.ended_at >= _AGAIN:
            self._begin(newest.reason, version, newest.before, now)
        elif newest.ended_at and now - newest.began_at >= self._shortest() / _OFTEN:
            self._begin(OLD_SCANS, version, now - self._shortest() * _EARLY, now)

    def _begin(self, reason: str, version: str, before: float, now: float) -> None:
        begun = self._passes.begin(Pass(0, reason, version, before, now))
        log.info("rescan_began", number=begun.number, reason=reason, signatures=version)

    def _shortest(self) -> float:
        """Return the shortest time between two scans of a file that a policy asks for."""
        return min((one.policy.hosting.rescan_every for one in self._policies().tenants), default=DAY)

    async def _page(self, one: Pass) -> bool:
        """Go on with a pass by one page; tell whether it got on, or ended."""
        began = time.monotonic()
        files, after = await asyncio.to_thread(self._choose, one)
        if not files:
            await asyncio.to_thread(self._passes.save, replace(after, at=time.time()))
            return True
        counts = await self._scan(files)
        if not counts.moved and not await self._version():
            return False
        after = replace(
            after,
            moved=after.moved + counts.moved,
            clean=after.clean + counts.clean,
            bad=after.bad + counts.bad,
            failed=after.failed + counts.failed,
            at=time.time(),
        )
        await asyncio.to_thread(self._passes.save, after)
        await asyncio.sleep(began + len(files) / self._pace.per_second - time.monotonic())
        return True

    def _choose(self, one: Pass) -> tuple[Sequence[HostedFile], Pass]:
        """Return the next files of a pass, and the pass as it is behind them."""
        if one.few:
            found = [self._files.find(file_id) for file_id in one.ids[: self._pace.page]]
            rest = one.ids[self._pace.page :]
            return [file for file in found if file], replace(one, ids=rest, ended_at=0.0 if rest else time.time())
        ranked = self._files.due_for_rescan(one.before, self._pace.page, one.below)
        if ranked:
            files = [each.file for each in ranked if self._is_due(each.file, one)]
            return files, replace(one, below=ranked[-1].rank)
        if one.moved:
            return (), replace(one, below=None, moved=0)
        return (), replace(one, ended_at=time.time())

    def _is_due(self, file: HostedFile, one: Pass) -> bool:
        """Tell whether the file's own policy asks for this scan too."""
        policy = self._checking.policy_of(file.tenant)
        hosting = policy.hosting if policy else Hosting()
        if one.reason == OLD_SCANS:
            return file.scanned_at < one.began_at - hosting.rescan_every * _EARLY
        is_new = file.signatures != one.signatures and hosting.rescan_on_new_signatures
        return one.reason != NEW_SIGNATURES or is_new

    async def _scan(self, files: Sequence[HostedFile]) -> "_Page":
        checked = await self._checking.check(files, Deadline(time.monotonic() + SECONDS * len(files)))
        await self._checking.settle(checked)
        said = [one.meaning for one in checked]
        page = _Page(said.count(Meaning.CLEAN), said.count(Meaning.BAD), said.count(Meaning.OPEN))
        self.counts.clean += page.clean
        self.counts.bad += page.bad
        self.counts.failed += page.failed
        self.left = max(0, self.left - page.moved)
        return page


@dataclass(frozen=True, slots=True)
class _Page:
    """What came of some files."""

    clean: int
    bad: int
    failed: int

    @property
    def moved(self) -> int:
        """Files that got a verdict."""
        return self.clean + self.bad


def asked(ids: Sequence[str], why: str, now: float) -> Pass:
    """Return a pass over a few files, which somebody asks for."""
    return Pass(0, why, "", now, now, tuple(ids[:_MOST_ASKED]), few=True)


def everything(why: str, now: float) -> Pass:
    """Return a pass over all files, which somebody asks for."""
    return Pass(0, why, "", now, now)
