"""Hosted files as `postern files` sees them: the store opened for one command, beside running processes or without."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from gateway.adapters.sql.bans import SqlBans, SqlStanding
from gateway.adapters.sql.pleas import SqlRequests
from gateway.adapters.sql.rescans import SqlPasses
from gateway.app import stores, watching, wiring
from gateway.app.policies import PolicyWatch
from gateway.app.settings import Settings
from gateway.app.stores import Catalogue
from gateway.app.upkeep import checking_with
from gateway.jobs.rejudging import Blast, apply
from gateway.model.hosted import Ban, FileState, HostedFile
from gateway.model.limits import Deadline
from gateway.model.policyset import PolicySet
from gateway.ports.files import Unavailable
from gateway.ports.hosting import Which

_SCAN_SECONDS = 120.0
_GIVEN = frozenset({FileState.LIVE, FileState.SCANNING})


@dataclass(frozen=True, slots=True)
class FilesDesk:
    """What an admin does with hosted files."""

    settings: Settings
    catalogue: Catalogue
    bans: SqlBans
    standing: SqlStanding
    passes: SqlPasses
    requests: SqlRequests

    def list(self, which: Which, limit: int) -> Sequence[HostedFile]:
        """Return files as requests see them: what an emergency ban covers is banned."""
        reasons = {one.kind: one.reason for one in self.bans.in_force()}
        found = [_as_seen(one, reasons) for one in self.catalogue.files.list(which, limit)]
        if which.state is FileState.BANNED:
            found += [_as_seen(one, reasons) for one in self.bans.covered(which, limit)]
            return sorted(found, key=lambda one: (-one.created_at, one.id))[:limit]
        return [one for one in found if which.state in {None, one.state}]

    def policies(self) -> PolicySet:
        """Return the policies of now. Raises PolicyErrors."""
        return wiring.policies(self.settings.paths.policies)

    def apply(self, tenant: str, who: str, *, only_look: bool) -> Sequence[Blast]:
        """Judge the files of one tenant, or of all, by the policies of now. Raises PolicyErrors."""
        wanted = [one for one in self.policies().tenants if tenant in {"", one.name}]
        return [apply(self.standing, one.policy, time.time(), who, only_look=only_look) for one in wanted]

    async def rescan(self, files: Sequence[HostedFile]) -> Mapping[str, str]:
        """Scan files now; return the state that each has then, or why there is no verdict."""
        clamav = wiring.scanner(self.settings, wiring.spools(self.settings.paths.spool))
        watch, alarms = PolicyWatch(self.settings.paths.policies), watching.notifier(self.settings)
        checking = checking_with(clamav, self.settings, self.catalogue, watch, alarms)
        states = {}
        try:
            for one in files:
                try:
                    states[one.id] = (await checking.rescan(one, Deadline(time.monotonic() + _SCAN_SECONDS))).value
                except Unavailable as error:
                    states[one.id] = str(error)
        finally:
            clamav.close()
        return states


@contextmanager
def files_desk(settings: Settings) -> Iterator[FilesDesk]:
    """Open the desk. Raises StoreError."""
    with stores.catalogue(settings) as catalogue:
        engine = catalogue.store.engine
        yield FilesDesk(
            settings, catalogue, SqlBans(engine), SqlStanding(engine), SqlPasses(engine), SqlRequests(engine)
        )


def banned_by(file: HostedFile, bans: Sequence[Ban]) -> Sequence[Ban]:
    """Return the emergency bans that cover a file."""
    return [one for one in bans if one.kind in file.kinds]


def _as_seen(file: HostedFile, reasons: Mapping[str, str]) -> HostedFile:
    reason = next((reasons[kind] for kind in file.kinds if kind in reasons), None)
    if reason is None or file.state not in _GIVEN:
        return file
    return replace(file, state=FileState.BANNED, reason=reason)
