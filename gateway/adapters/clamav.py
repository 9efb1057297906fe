"""ClamAV as a Scanner: clamd at several addresses, asked from the event loop, fail closed.

Promises one result for each file: CLEAN only for one whole clean verdict about exactly these bytes, INFECTED
for one whole FOUND, which nothing overrides, OVER_LIMIT where that names a limit of clamd's; everything else
(error, silence, cut, junk, both at once) is tried at the next address and is UNKNOWN with its reasons in the end.
Never raises.

A clamd scans what it was configured to: files above its MaxFileSize or MaxScanSize are "OK" to it unless
AlertExceedsMax is set; deploy/clamav says what to set.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from gateway.adapters.clamav_cache import VerdictCache
from gateway.adapters.clamav_wire import Clamd, Patience, Said
from gateway.adapters.spool import SpoolFolder
from gateway.model.digest import sha256_of
from gateway.model.errors import GatewayError
from gateway.model.limits import KIB, Deadline
from gateway.model.scan import Outcome, ScanResult
from gateway.ports.inspection import Scannable

_SMALL = 64 * KIB
"""Bytes up to which a verdict is kept at once; of a larger file, from the second time on."""
_AT_ONCE = 256 * KIB
"""Bytes that are hashed at once; more of them in a thread, so that the loop goes on."""
_REST = 5.0
"""Seconds for which an address that failed is tried last."""


@dataclass(frozen=True, slots=True)
class ClamdState:
    """What one address says of itself."""

    address: str
    engine: str
    """Empty where it does not answer properly."""
    error: str = ""


class ClamAV:
    """Implements the Scanner port."""

    def __init__(
        self,
        addresses: Sequence[str],
        spools: SpoolFolder,
        *,
        patience: Patience | None = None,
        at_once: int = 8,
        watch_seconds: float = 5.0,
        cache_room: int = 50_000,
        cache_seconds: float = 300.0,
    ) -> None:
        """Ask `addresses` in this order, for `at_once` messages; a signature version is known for `watch_seconds`.

        Raises ValueError for an address that is none, and for no address.
        """
        if not addresses:
            raise ValueError("no clamd address")
        self._daemons = [Clamd(address, patience or Patience()) for address in addresses]
        self._spools = spools
        self._turns = asyncio.Semaphore(at_once)
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
            if engine and one.sha256 and (known := self._cache.get(engine, one.sha256, one.where, now)):
                results[i] = known
        missing = [i for i in range(len(files)) if i not in results]
        if missing:
            scanned = await self._scan_missing([files[i] for i in missing], deadline.at)
            for i, result in zip(missing, scanned, strict=True):
                results[i] = result
                if result.outcome is not Outcome.UNKNOWN and self._is_common(files[i]) and await _is_true(files[i]):
                    self._cache.put(files[i].sha256, result, now)
            self._cache.keep_only({engine for engine, _ in self._engines.values()})
        return [results[i] for i in range(len(files))]

    def _is_common(self, file: Scannable) -> bool:
        """Tell whether a verdict is worth its proof: large files seldom come again, and to hash 20 MB costs 16 ms."""
        return bool(file.sha256) and (len(file.span) <= _SMALL or self._cache.has_come_before(file.sha256))

    def close(self) -> None:
        """Hang up on every clamd."""
        for daemon in self._daemons:
            daemon.close()

    async def version(self) -> Sequence[ClamdState]:
        """Ask every address for its engine and signatures."""
        until = monotonic() + 5.0
        return await asyncio.gather(*(_state(daemon, until) for daemon in self._daemons))

    async def _scan_missing(self, files: Sequence[Scannable], until: float) -> Sequence[ScanResult]:
        """Wait for our turn and scan; whatever is not foreseen is no verdict."""
        try:
            if self._turns.locked():
                async with asyncio.timeout(until - monotonic()):
                    await self._turns.acquire()
            else:
                await self._turns.acquire()
        except TimeoutError:
            return [_unknown(one.where, "no turn in time") for one in files]
        try:
            return await self._scan_each(files, until)
        except Exception as error:  # noqa: BLE001 - never raises
            return [_unknown(one.where, repr(error)) for one in files]
        finally:
            self._turns.release()

    async def _scan_each(self, files: Sequence[Scannable], until: float) -> Sequence[ScanResult]:
        """Scan all files, address by address until each has a verdict."""
        results: dict[int, ScanResult] = {}
        troubles: dict[int, list[str]] = {i: [] for i in range(len(files))}
        for daemon in self._in_order(monotonic()):
            try:
                engine = await self._engine(daemon, until)
                for i in [i for i in troubles if i not in results]:
                    said = await self._scan_one(daemon, files[i], until)
                    if said.outcome is Outcome.UNKNOWN:
                        troubles[i].append(f"{daemon.address}: {said.detail}")
                    else:
                        results[i] = ScanResult(files[i].where, said.outcome, said.signature, engine)
            except (OSError, ValueError) as error:
                self._failed_at[daemon.address] = monotonic()
                for trouble in troubles.values():
                    trouble.append(f"{daemon.address}: {error}")
            except GatewayError as error:  # our own disk
                for trouble in troubles.values():
                    trouble.append(error.reason)
            if len(results) == len(files):
                break
        return [results.get(i) or _unknown(files[i].where, "; ".join(why)) for i, why in troubles.items()]

    async def _scan_one(self, daemon: Clamd, file: Scannable, until: float) -> Said:
        source, span = file.source, file.span
        if not daemon.is_local:
            return await daemon.scan_stream(source.chunks(span), until)
        if (alone := source.descriptor_of(span)) is not None:
            return await daemon.scan_descriptor(alone, until)
        cut = self._spools()
        try:
            for chunk in source.chunks(span):
                cut.write(chunk)
            return await daemon.scan_descriptor(cut.fileno(), until)
        finally:
            cut.close()

    def _in_order(self, now: float) -> list[Clamd]:
        """All addresses, those that failed just now last."""
        if not self._failed_at:
            return self._daemons
        return sorted(self._daemons, key=lambda one: now - self._failed_at.get(one.address, now - _REST) < _REST)

    def _known_engine(self, daemon: Clamd, now: float) -> str:
        engine, asked_at = self._engines.get(daemon.address, ("", 0.0))
        return engine if now - asked_at < self._watch_seconds else ""

    async def _engine(self, daemon: Clamd, until: float) -> str:
        """Return what `daemon` scans with; asked before its verdicts, so that none is booked to newer signatures."""
        now = monotonic()
        if not (engine := self._known_engine(daemon, now)):
            engine = await daemon.version(until)
            self._engines[daemon.address] = engine, now
        return engine


async def _is_true(file: Scannable) -> bool:
    """Tell whether the content has the digest that the child named.

    One that was taken over could have the verdict on its own file booked to that of all others.
    """
    try:
        chunks = file.source.chunks(file.span)
        if len(file.span) <= _AT_ONCE:
            return sha256_of(chunks) == file.sha256
        return await asyncio.to_thread(sha256_of, chunks) == file.sha256
    except (OSError, GatewayError):  # it is no longer there
        return False


def _unknown(where: str, detail: str) -> ScanResult:
    return ScanResult(where, Outcome.UNKNOWN, detail=detail)


async def _state(daemon: Clamd, until: float) -> ClamdState:
    try:
        return ClamdState(daemon.address, await daemon.version(until))
    except (OSError, ValueError) as error:
        return ClamdState(daemon.address, "", str(error))
