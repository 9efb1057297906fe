"""One worker process: an event loop over the listening sockets of its slot, one for every address.

SIGTERM stops accepting, lets messages in flight end within the drain time, and returns. SIGHUP reads the
policy and the certificate again. When one of its own tasks or its examining children are gone, it drains as
well, and the supervisor starts another.
"""

import asyncio
import gc
import signal
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from gateway.app import links, logs, senders, status, wiring
from gateway.app.cast import Tell
from gateway.app.heap import keep_freed_memory
from gateway.app.listeners import BACKLOG
from gateway.app.metrics import Metrics, Readings
from gateway.app.outcomes import OutcomeLog
from gateway.app.policies import PolicyWatch
from gateway.app.records import RecordLog
from gateway.app.settings import Listen, Settings
from gateway.app.status import Status

try:
    import uvloop

    _new_loop: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
except ImportError:  # not built for this platform; everything works without
    _new_loop = asyncio.new_event_loop

log = structlog.get_logger()

_GONE = 1
"""Exit code of a worker that lost a part of itself."""
_GARBAGE = (50_000, 20, 1000)
"""Reference counts free nearly all that a message makes; looking for cycles as often as Python does by itself costs a
tenth of a small message."""


def run(
    number: int, settings: Settings, watch: PolicyWatch, sockets: Sequence[socket.socket], keeper: Path, tell: Tell
) -> int:
    """Serve until SIGTERM; return the exit code. The quarantine is behind the socket `keeper`."""
    place = status.place(settings.paths.run, number)
    place.unlink(missing_ok=True)
    gc.set_threshold(*_GARBAGE)
    senders.preload(settings, watch.current)
    links.preload(watch.current)
    young = wiring.nursery(settings.paths.spool)
    keep_freed_memory()  # in the worker alone: children give theirs back
    with asyncio.Runner(loop_factory=_new_loop) as runner:
        code = runner.run(_serve(settings, watch, sockets, young, (place, keeper), tell))
    place.unlink(missing_ok=True)
    return code


async def _serve(
    settings: Settings,
    watch: PolicyWatch,
    sockets: Sequence[socket.socket],
    young: wiring.Nursery,
    places: tuple[Path, Path],
    tell: Tell,
) -> int:
    place, keeper = places
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    metrics = Metrics()
    parts = wiring.parts(
        settings, young, lambda: watch.current, RecordLog(metrics, OutcomeLog(settings.paths.outcomes)), keeper
    )
    metrics.read({**parts.readings(), **_own_readings(watch)})

    def reload() -> None:
        watch.reload()
        if parts.certificate:
            parts.certificate.refresh()
        if parts.sealer:
            parts.sealer.refresh()

    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGHUP, reload)
    await parts.examiner.start()
    listeners = await _listen(parts, sockets, settings.listen)
    answering = await status.offer(place, lambda: _status(watch, metrics, is_draining=stop.is_set()))
    watching = asyncio.create_task(watch.watch())
    tell({"listeners": list(map(str, settings.listen.addresses)), "policy": watch.current.version})
    code = await _until_the_end(stop, watching, parts.examiner.broken)
    for listener in listeners:
        listener.close()
    await asyncio.gather(parts.door.drain(settings.limits.drain), parts.milter.drain(settings.limits.drain))
    watching.cancel()
    answering.close()
    await parts.close()
    return code


async def _listen(
    parts: wiring.Parts, sockets: Sequence[socket.socket], listen: Listen
) -> list[asyncio.AbstractServer]:
    """Open the doors, on one socket for each address."""
    loop = asyncio.get_running_loop()
    servers: list[asyncio.AbstractServer] = []
    protocols: list[Callable[[], asyncio.Protocol]] = [
        *[parts.door.protocol] * len(listen.smtp),
        *[parts.door.lmtp] * len(listen.lmtp),
        *[parts.milter.protocol] * len(listen.milter),
    ]
    for one, protocol in zip(sockets, protocols, strict=True):
        if one.family == socket.AF_UNIX:
            servers.append(await loop.create_unix_server(protocol, sock=one, backlog=BACKLOG))
        else:
            servers.append(await loop.create_server(protocol, sock=one, backlog=BACKLOG))
    return servers


async def _until_the_end(stop: asyncio.Event, watching: asyncio.Task[None], broken: asyncio.Event) -> int:
    """Wait for the signal, or for the loss of something that a worker cannot do without."""
    waits = {asyncio.create_task(stop.wait()), asyncio.create_task(broken.wait()), watching}
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    if stop.is_set():
        return 0
    gone = "the nursery" if broken.is_set() else f"the policy watch: {watching.exception()!r}"
    log.error("worker_incomplete", gone=gone)
    return _GONE


def _own_readings(watch: PolicyWatch) -> Readings:
    return {
        "workers_up": ("Workers that answer.", lambda: 1),
        "policy_problems": ("Mistakes in the policy files as they are now.", lambda: len(watch.problems)),
        "log_lines_lost_total": ("Log lines that could not be written.", lambda: logs.lines.lost),
    }


def _status(watch: PolicyWatch, metrics: Metrics, *, is_draining: bool) -> Status:
    problems = tuple(map(str, watch.problems))
    return Status(watch.current.version, problems, metrics.exposition().decode(), is_draining)
