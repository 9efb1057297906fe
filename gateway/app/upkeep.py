"""From settings to what keeps hosted files in order: rescans, retention, and the desk of `postern files`.

The store's libraries come with it, so nothing that workers load imports this.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from gateway.adapters.clamav import ClamAV
from gateway.adapters.sql.bans import SqlBans
from gateway.adapters.sql.contents import Contents
from gateway.adapters.sql.rescans import SqlPasses
from gateway.app import wiring
from gateway.app.policies import PolicyWatch
from gateway.app.settings import Settings
from gateway.app.stores import Catalogue
from gateway.jobs.checking import Checking
from gateway.jobs.rescan import Pace, Rescans
from gateway.jobs.retention import Retention
from gateway.jobs.schedule import Done, Loop
from gateway.ports.alarms import Alarms

_RETENTION = 600.0
"""Seconds between two looks for files whose time is over."""
_POLICIES = 30.0
"""Seconds between two looks at the policy files."""


@dataclass(frozen=True)
class Upkeep(Collector):
    """What the process of jobs does with hosted files, and its numbers."""

    rescans: Rescans
    retention: Retention
    policies: PolicyWatch
    clamav: ClamAV
    look: float

    def loops(self) -> Iterable[Loop]:
        """Return its loops."""
        return (
            Loop("policies", _POLICIES, self._reload),
            Loop("rescans", self.look, self.rescans.run),
            Loop("retention", _RETENTION, self.retention.run),
        )

    def collect(self) -> Iterable[Metric]:
        """Yield each family once."""
        counts = CounterMetricFamily("postern_rescanned_files", "Hosted files scanned again.", labels=["outcome"])
        for outcome, number in self.rescans.counts.readings().items():
            counts.add_metric([outcome], number)
        yield counts
        left = self.rescans.left
        yield GaugeMetricFamily(
            "postern_rescan_left_files", "Hosted files that are still due in this pass.", value=left
        )

    def close(self) -> None:
        """Hang up on clamd."""
        self.clamav.close()

    async def _reload(self) -> Done:
        await asyncio.to_thread(self.policies.reload)
        return Done(f"version {self.policies.current.version}")


def upkeep(settings: Settings, catalogue: Catalogue, alarms: Alarms) -> Upkeep:
    """Return what looks after files. Raises PolicyErrors where the policies cannot be used."""
    watch = PolicyWatch(settings.paths.policies)
    clamav = wiring.scanner(settings, wiring.spools(settings.paths.spool))
    checking = checking_with(clamav, settings, catalogue, watch, alarms)
    engine = catalogue.store.engine
    rescans = Rescans(
        catalogue.files,
        SqlPasses(engine),
        checking,
        lambda: version(clamav),
        lambda: watch.current,
        Pace(per_second=settings.rescans.per_second, turn=settings.rescans.look),
    )
    retention = Retention(catalogue.files, Contents(engine, catalogue.store.blobs), SqlBans(engine))
    return Upkeep(rescans, retention, watch, clamav, settings.rescans.look)


def checking_with(
    clamav: ClamAV, settings: Settings, catalogue: Catalogue, watch: PolicyWatch, alarms: Alarms
) -> Checking:
    """Return what scans hosted files."""
    return Checking(
        catalogue.files,
        catalogue.store.blobs,
        clamav,
        wiring.spools(settings.paths.spool),
        lambda: watch.current,
        alarms,
        settings.rescans.at_once,
    )


async def version(clamav: ClamAV) -> str:
    """Return what the first clamd that answers scans with; empty where none does."""
    return next((one.engine for one in await clamav.version() if one.engine), "")
