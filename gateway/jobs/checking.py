"""Hosted files scanned again: what a scanner says of their bytes now, and what that makes of them.

A whole clean verdict is noted, and lets a file live that waited for one. A whole verdict of malware takes the content
back everywhere. Everything else changes nothing: the file stays due. Verdicts are never taken from a cache, which
would not know signatures that an operator has added since.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import structlog

from gateway.jobs import turned_bad
from gateway.model.errors import GatewayError
from gateway.model.hosted import FileState, HostedFile
from gateway.model.limits import Deadline
from gateway.model.policy import Action, Policy
from gateway.model.policyset import PolicySet
from gateway.model.scan import Outcome, ScanResult
from gateway.model.span import Span
from gateway.policy.scanned import is_ignored
from gateway.ports.alarms import Alarms
from gateway.ports.blobs import Blob, BlobError, BlobStore
from gateway.ports.files import Unavailable
from gateway.ports.hosting import HostedFiles, Which
from gateway.ports.inspection import Scannable, Scanner
from gateway.ports.spool import Spool, SpoolFactory

SECONDS = 120.0
"""For one scan, once its turn has come."""
_WHO = "rescan"
_ENDED = frozenset({FileState.REVOKED, FileState.EXPIRED})

log = structlog.get_logger()


class Meaning(StrEnum):
    """What a scan result means for a hosted file."""

    CLEAN = "clean"
    BAD = "bad"
    OPEN = "open"
    """No verdict, or none that the tenant's policy is content with."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of one file."""

    file: HostedFile
    result: ScanResult
    meaning: Meaning
    at: float
    """When the scan began: later signatures are not in it."""


def meaning(result: ScanResult, policy: Policy | None, now: float) -> Meaning:
    """Say what a result means under a tenant's policy; None where it has none any more."""
    match result.outcome:
        case Outcome.CLEAN:
            return Meaning.CLEAN
        case Outcome.INFECTED:
            return Meaning.CLEAN if policy is not None and is_ignored(result, now, policy) else Meaning.BAD
        case Outcome.OVER_LIMIT:
            return Meaning.CLEAN if policy is not None and policy.unscannable <= Action.HOST else Meaning.OPEN
        case Outcome.UNKNOWN:
            return Meaning.OPEN


class Checking:
    """Implements `ports.files.Rescanner`; belongs to one event loop."""

    def __init__(
        self,
        files: HostedFiles,
        blobs: BlobStore,
        scanner: Scanner,
        spools: SpoolFactory,
        policies: Callable[[], PolicySet],
        alarms: Alarms,
        at_once: int,
    ) -> None:
        """Scan `at_once` contents at a time, each of them once however many ask for it."""
        self.signatures = ""
        """The newest that were seen; whoever watches the scanner writes them here."""
        self._files = files
        self._blobs = blobs
        self._scanner = scanner
        self._spools = spools
        self._policies = policies
        self._alarms = alarms
        self._turns = asyncio.Semaphore(at_once)
        self._scans: dict[Blob, asyncio.Task[ScanResult]] = {}
        self._settling: set[asyncio.Task[None]] = set()

    def policy_of(self, tenant: str) -> Policy | None:
        """Return the tenant's policy of now."""
        return next((one.policy for one in self._policies().tenants if one.name == tenant), None)

    def is_current(self, file: HostedFile) -> bool:
        """Tell whether the newest signatures that are known gave the file's last verdict."""
        policy = self.policy_of(file.tenant)
        is_asked = policy is None or policy.hosting.rescan_on_new_signatures
        return file.scanned_at > 0 and not (is_asked and self.signatures and file.signatures != self.signatures)

    async def rescan(self, file: HostedFile, deadline: Deadline) -> FileState:
        """Scan one file and act on it; return its state then. Raises `Unavailable` for no verdict, as for no store."""
        (checked,) = await self.check([file], deadline)
        settling = asyncio.create_task(self.settle([checked]))
        self._settling.add(settling)
        settling.add_done_callback(self._settling.discard)
        await asyncio.shield(settling)  # whoever asked may leave; the file is revoked, and people are told
        if checked.meaning is Meaning.OPEN:
            raise Unavailable(f"no verdict: {checked.result.detail or checked.result.outcome}")
        now = await asyncio.to_thread(self._files.find, file.id)
        return now.state if now else FileState.EXPIRED

    async def check(self, files: Sequence[HostedFile], deadline: Deadline) -> Sequence[Checked]:
        """Scan files; changes nothing."""
        now = time.time()
        results = await asyncio.gather(*(self._result(Blob(one.tenant, one.sha256), one, deadline) for one in files))
        return [
            Checked(one, result, meaning(result, self.policy_of(one.tenant), now), now)
            for one, result in zip(files, results, strict=True)
        ]

    async def settle(self, checked: Iterable[Checked]) -> None:
        """Write down what came of a check, bad ones first; then tell of those."""
        done, alarms = tuple(checked), []
        bad = {one.file.sha256: one for one in done if one.meaning is Meaning.BAD and one.file.state not in _ENDED}
        for one in bad.values():
            revoke = partial(turned_bad.revoke, one.file, one.result, self._files, self.policy_of, one.at)
            if alarm := await asyncio.to_thread(revoke):
                alarms.append(alarm)
        clean: dict[tuple[float, str], list[str]] = {}
        for one in done:
            if one.meaning is Meaning.CLEAN:
                clean.setdefault((one.at, one.result.engine), []).append(one.file.id)
            elif one.meaning is Meaning.OPEN:
                log.warning("not_rescanned", file=one.file.id, outcome=one.result.outcome, reason=one.result.detail)
                if one.file.state is FileState.SCANNING and one.result.outcome is Outcome.OVER_LIMIT:
                    # it waited for a verdict, and there will never be one that the policy is content with
                    await asyncio.to_thread(
                        self._files.revoke, Which(one.file.id), _WHO, "cannot be scanned to its end"
                    )
        for (at, engine), ids in clean.items():
            await asyncio.to_thread(self._files.mark_scanned, ids, at, engine)
        for alarm in alarms:
            await self._alarms.sound(alarm)

    async def _result(self, blob: Blob, file: HostedFile, deadline: Deadline) -> ScanResult:
        """Join the scan of this content, or begin one; who leaves before it ends does not end it for others."""
        task = self._scans.get(blob)
        if task is None:
            task = asyncio.create_task(self._scan(blob, file, deadline))
            self._scans[blob] = task
            task.add_done_callback(lambda _: self._scans.pop(blob, None))
        try:
            async with asyncio.timeout(deadline.remaining(time.monotonic())):
                return await asyncio.shield(task)
        except TimeoutError:
            return ScanResult(file.id, Outcome.UNKNOWN, detail="no verdict in time")

    async def _scan(self, blob: Blob, file: HostedFile, deadline: Deadline) -> ScanResult:
        async with self._turns:
            until = deadline.sooner(SECONDS, time.monotonic())
            try:
                spool = await asyncio.to_thread(self._loaded, blob)
            except BlobError as error:
                return ScanResult(file.id, Outcome.UNKNOWN, detail=f"{type(error).__name__}: {error}")
            except GatewayError as error:
                return ScanResult(file.id, Outcome.UNKNOWN, detail=error.reason)
            try:
                return (await self._scanner.scan([Scannable(file.id, "", spool, Span(0, spool.size))], until))[0]
            finally:
                spool.close()

    def _loaded(self, blob: Blob) -> Spool:
        """Copy a content to where scanners can read it. Raises BlobError also where it is not what its name says.

        The spool belongs to the thread until it is whole: nobody closes it under its hands.
        """
        spool = self._spools()
        try:
            _copy(self._blobs, blob, spool)
        except BaseException:
            spool.close()
            raise
        return spool


def _copy(blobs: BlobStore, blob: Blob, spool: Spool) -> None:
    digest = hashlib.sha256()
    for piece in blobs.open(blob):
        digest.update(piece)
        spool.write(piece)
    if digest.hexdigest() != blob.sha256:
        raise BlobError("the content is damaged")
