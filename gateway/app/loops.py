"""The process of jobs: all loops in one event loop, until SIGTERM.

`LOOPS` is the list of them: each entry makes loops of what they work with. One that fails or hangs stops no other.
How each is doing is told on the socket `jobs.sock` in paths.run, which the monitor adds to its metrics.
"""

import asyncio
import signal
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from gateway.app import status, stores, watching
from gateway.app.cast import Tell
from gateway.app.settings import Settings
from gateway.app.status import Status
from gateway.app.upkeep import Upkeep, upkeep
from gateway.jobs.schedule import Loop, Schedule
from gateway.ports.alarms import Alarms


@dataclass(frozen=True, slots=True)
class Workshop:
    """What loops work with."""

    settings: Settings
    catalogue: stores.Catalogue
    alarms: Alarms
    upkeep: Upkeep


def _listings(shop: Workshop) -> Iterable[Loop]:
    """Ask who lists the attachment domains, where somebody is to be asked."""
    listings = shop.settings.listings
    if listings.sources:
        watch = watching.watch(shop.settings, shop.catalogue, shop.upkeep.rescans, shop.alarms)
        yield Loop("listings", listings.interval, watch.round, listings.jitter)


def _upkeep(shop: Workshop) -> Iterable[Loop]:
    """Scan hosted files again, and end them in time."""
    return shop.upkeep.loops()


LOOPS: Sequence[Callable[[Workshop], Iterable[Loop]]] = (_listings, _upkeep)


def run(settings: Settings, tell: Tell) -> int:
    """Run until SIGTERM."""
    return asyncio.run(_run(settings, tell))


async def _run(settings: Settings, tell: Tell) -> int:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    with stores.catalogue(settings) as catalogue:
        alarms = watching.notifier(settings)
        catalogue.shards.declare(settings.hosting.domains)
        shop = Workshop(settings, catalogue, alarms, upkeep(settings, catalogue, alarms))
        schedule = Schedule([loop for make in LOOPS for loop in make(shop)])
        place = status.jobs_place(settings.paths.run)
        place.unlink(missing_ok=True)  # of one that was killed, or of the one that this one follows
        server = await status.offer(place, lambda: _status(schedule, shop.upkeep))
        running = asyncio.create_task(schedule.run())
        tell({"jobs": sorted(schedule.last)})
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running  # raises what ended it, and the supervisor begins anew
        server.close()
        shop.upkeep.close()
    return 0


def _status(schedule: Schedule, files: Upkeep) -> Status:
    failing = [f"{name}: {last.note}" for name, last in schedule.last.items() if last.failures]
    registry = CollectorRegistry()
    registry.register(_Standing(schedule))
    registry.register(files)
    return Status("", tuple(failing), generate_latest(registry).decode())


class _Standing(Collector):
    """How the loops are doing."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule

    def collect(self) -> Iterable[Metric]:
        """Yield each family once."""
        now = time.time()
        yield _family(
            GaugeMetricFamily("postern_job_age_seconds", "Since a run of the job ended well.", labels=["job"]),
            {name: now - last.ended_at for name, last in self._schedule.last.items() if last.ended_at},
        )
        yield _family(
            GaugeMetricFamily("postern_job_failures", "Runs of the job that failed in a row.", labels=["job"]),
            {name: last.failures for name, last in self._schedule.last.items()},
        )
        yield _family(
            CounterMetricFamily("postern_job_runs", "Runs of the job.", labels=["job"]),
            {name: last.runs for name, last in self._schedule.last.items()},
        )


def _family(family: GaugeMetricFamily | CounterMetricFamily, values: dict[str, float]) -> Metric:
    for name, value in values.items():
        family.add_metric([name], value)
    return family
