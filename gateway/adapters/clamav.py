"""ClamAV as a Scanner: clamd at several addresses, asked from threads, fail closed.

Promises one result for each file: CLEAN only for one whole clean verdict about exactly these bytes, INFECTED
for one whole FOUND, which nothing overrides; everything else (error, size limit, silence, cut, junk, both at
once) is tried at the next address and is UNKNOWN with its reasons in the end. Never raises.

A clamd scans what it was configured to: files above its MaxFileSize or MaxScanSize are "OK" to it unless
AlertExceedsMax is set; deploy/clamav says what to set.
"""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic

from gateway.adapters.clamav_cache import VerdictCache
from gateway.adapters.clamav_wire import Clamd, Patience, Said
from gateway.adapters.spool import FileSpool, SpoolFolder
from gateway.model.errors import GatewayError
from gateway.model.limits import Deadline
from gateway.model.scan import Outcome, ScanResult
from gateway.model.span import Span
from gateway.ports.inspection import Scannable
from gateway.ports.spool import Spool

_REST = 5.0
"""Seconds for which an address that failed is tried last."""
_GRACE = 0.25
"""Seconds that a thread has after the deadline to say what went wrong."""


@dataclass(frozen=True, slots=True)
class ClamdState:
    """What one address says of itself."""

    address: str
    engine: str
    """Empty where it does not answer properly."""
    error: str = ""


@dataclass(frozen=True, slots=True)
class _Loan:
    """A file to scan, from a source that belongs to this scan alone."""

    where: str
    source: FileSpool
    span: Span


class ClamAV:
    """Implements the Scanner port."""

    def __init__(
        self,
        addresses: Sequence[str],
        spools: SpoolFolder,
        *,
        patience: Patience | None = None,
        threads: int = 8,
        watch_seconds: float = 5.0,
        cache_room: int = 50_000,
        cache_seconds: float = 300.0,
    ) -> None:
        """Ask `addresses` in this order; `watch_seconds` is how old a known signature version may be.

        Raises ValueError for an address that is none, and for no address.
        """
        if not addresses:
            raise ValueError("no clamd address")
        self._daemons = [Clamd(address, patience or Patience()) for address in addresses]
        self._spools = spools
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="clamav")
        self._watch_seconds = watch_seconds
        self._cache = VerdictCache(cache_room, cache_seconds)
        self._engines: dict[str, tuple[str, float]] = {}
        self._failed_at: dict[str, float] = {}

    async def scan(self, files: Sequence[Scannable], deadline: Deadline) -> Sequence[ScanResult]:
        """Return one result for each file, in order. Never raises for a clamd that is down, slow or lying."""
        now = monotonic()
        engine = self._known_engine(self._in_order(now)[0], now)
        results: dict[int, ScanResult] = {}
        for i, one in enumerate(files):
            if engine and (known := self._cache.get(engine, one.sha256, one.where, now)):
                results[i] = known
        missing = [i for i in range(len(files)) if i not in results]
        if missing:
            scanned = await self._scan_in_thread([files[i] for i in missing], deadline)
            for i, result in zip(missing, scanned, strict=True):
                results[i] = result
                self._cache.put(files[i].sha256, result, now)
            self._cache.keep_only({engine for engine, _ in self._engines.values()})
        return [results[i] for i in range(len(files))]

    async def version(self) -> Sequence[ClamdState]:
        """Ask every address for its engine and signatures."""
        until = monotonic() + 5.0
        loop = asyncio.get_running_loop()
        asked = [loop.run_in_executor(self._threads, _state, daemon, until) for daemon in self._daemons]
        return await asyncio.gather(*asked)

    def close(self) -> None:
        """Let the threads go; scans under way end by their deadlines."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _scan_in_thread(self, files: Sequence[Scannable], deadline: Deadline) -> Sequence[ScanResult]:
        # The thread may outlive the caller's spools by a moment, and a closed descriptor's number may by then
        # mean another message: it works on copies of the descriptors.
        sources: dict[int, FileSpool] = {}

        def give_back(_: object = None) -> None:
            for source in sources.values():
                source.close()

        try:
            loans = [_Loan(one.where, self._lend(one.source, sources), one.span) for one in files]
            working = self._threads.submit(self._scan_each, loans, deadline.at)
        except (OSError, GatewayError, RuntimeError) as error:
            give_back()
            return [_unknown(one.where, str(error)) for one in files]
        working.add_done_callback(give_back)
        return await _outcome(working, files, deadline.remaining(monotonic()) + _GRACE)

    def _lend(self, spool: Spool, sources: dict[int, FileSpool]) -> FileSpool:
        if id(spool) not in sources:
            sources[id(spool)] = self._spools.received(os.dup(spool.fileno()))
        return sources[id(spool)]

    def _scan_each(self, loans: Sequence[_Loan], until: float) -> Sequence[ScanResult]:
        """Scan all files, address by address until each has a verdict; in a thread."""
        results: dict[int, ScanResult] = {}
        troubles: dict[int, list[str]] = {i: [] for i in range(len(loans))}
        for daemon in self._in_order(monotonic()):
            try:
                engine = self._engine(daemon, until)
                for i in [i for i in troubles if i not in results]:
                    said = self._scan_one(daemon, loans[i], until)
                    if said.outcome is Outcome.UNKNOWN:
                        troubles[i].append(f"{daemon.address}: {said.detail}")
                    else:
                        results[i] = ScanResult(loans[i].where, said.outcome, said.signature, engine)
            except (OSError, ValueError) as error:
                self._failed_at[daemon.address] = monotonic()
                for trouble in troubles.values():
                    trouble.append(f"{daemon.address}: {error}")
            except GatewayError as error:  # our own disk
                for trouble in troubles.values():
                    trouble.append(error.reason)
            if len(results) == len(loans):
                break
        return [results.get(i) or _unknown(loans[i].where, "; ".join(why)) for i, why in troubles.items()]

    def _scan_one(self, daemon: Clamd, loan: _Loan, until: float) -> Said:
        if not daemon.is_local:
            return daemon.scan_stream(loan.source.chunks(loan.span), until)
        if loan.span == Span(0, loan.source.size):
            return daemon.scan_descriptor(loan.source.fileno(), until)
        cut = self._spools()
        try:
            for chunk in loan.source.chunks(loan.span):
                cut.write(chunk)
            return daemon.scan_descriptor(cut.fileno(), until)
        finally:
            cut.close()

    def _in_order(self, now: float) -> list[Clamd]:
        """All addresses, those that failed just now last."""
        return sorted(self._daemons, key=lambda one: now - self._failed_at.get(one.address, now - _REST) < _REST)

    def _known_engine(self, daemon: Clamd, now: float) -> str:
        engine, asked_at = self._engines.get(daemon.address, ("", 0.0))
        return engine if now - asked_at < self._watch_seconds else ""

    def _engine(self, daemon: Clamd, until: float) -> str:
        """Return what `daemon` scans with; asked before its verdicts, so that none is booked to newer signatures."""
        now = monotonic()
        if not (engine := self._known_engine(daemon, now)):
            engine = daemon.version(until)
            self._engines[daemon.address] = engine, now
        return engine


async def _outcome(
    working: Future[Sequence[ScanResult]], files: Sequence[Scannable], seconds: float
) -> Sequence[ScanResult]:
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.wrap_future(working)
    except TimeoutError:
        return [_unknown(one.where, "no answer in time") for one in files]
    except Exception as error:  # noqa: BLE001 - never raises: what we did not foresee is no verdict
        return [_unknown(one.where, repr(error)) for one in files]


def _unknown(where: str, detail: str) -> ScanResult:
    return ScanResult(where, Outcome.UNKNOWN, detail=detail)


def _state(daemon: Clamd, until: float) -> ClamdState:
    try:
        return ClamdState(daemon.address, daemon.version(until))
    except (OSError, ValueError) as error:
        return ClamdState(daemon.address, "", str(error))
