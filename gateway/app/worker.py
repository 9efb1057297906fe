"""One worker process: an event loop with listeners of its own on every address (SO_REUSEPORT).

SIGTERM stops accepting, lets messages in flight end within the drain time, and returns. SIGHUP reads the
policy and the certificate again. When one of its own tasks or its examining children are gone, it drains as
well, and the supervisor starts another.
"""

import asyncio
import gc
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import structlog

from gateway.app import logs, status, wiring
from gateway.app.cast import Tell
from gateway.app.metrics import Metrics, Readings
from gateway.app.policies import PolicyWatch
from gateway.app.records import RecordLog
from gateway.app.settings import Settings
from gateway.app.status import Status
from gateway.app.units import Address

try:
    import uvloop

    _new_loop: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
except ImportError:  # not built for this platform; everything works without
    _new_loop = asyncio.new_event_loop

log = structlog.get_logger()

_BACKLOG = 1024
_GONE = 1
"""Exit code of a worker that lost a part of itself."""
_GARBAGE = (50_000, 20, 1000)
"""Reference counts free nearly all that a message makes; looking for cycles as often as Python does by itself costs a
tenth of a small message."""


def run(number: int, settings: Settings, watch: PolicyWatch, tell: Tell) -> int:
    """Serve until SIGTERM; return the exit code."""
    place = status.place(settings.paths.run, number)
    place.unlink(missing_ok=True)
    gc.set_threshold(*_GARBAGE)
    young = wiring.nursery(settings.paths.spool)
    with asyncio.Runner(loop_factory=_new_loop) as runner:
        code = runner.run(_serve(settings, watch, young, place, tell))
    place.unlink(missing_ok=True)
    return code


async def _serve(settings: Settings, watch: PolicyWatch, young: wiring.Nursery, place: Path, tell: Tell) -> int:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    metrics = Metrics()
    parts = wiring.parts(settings, young, lambda: watch.current, RecordLog(metrics))
    metrics.read({**parts.readings(), **_own_readings(watch)})

    def reload() -> None:
        watch.reload()
        if parts.certificate:
            parts.certificate.refresh()

    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGHUP, reload)
    await parts.examiner.start()
    listeners = [
        await loop.create_server(parts.door.protocol, sock=_listener(address), backlog=_BACKLOG)
        for address in settings.listen.smtp
    ]
    answering = await status.offer(place, lambda: _status(watch, metrics))
    watching = asyncio.create_task(watch.watch())
    tell({"listeners": [str(address) for address in settings.listen.smtp], "policy": watch.current.version})
    code = await _until_the_end(stop, watching, parts.examiner.broken)
    for listener in listeners:
        listener.close()
    await parts.door.drain(settings.limits.drain)
    watching.cancel()
    answering.close()
    await parts.close()
    return code


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


def _status(watch: PolicyWatch, metrics: Metrics) -> Status:
    return Status(watch.current.version, tuple(map(str, watch.problems)), metrics.exposition().decode())


def _listener(address: Address) -> socket.socket:
    """Return a socket that shares its port with the other workers'."""
    family, kind, protocol, _, place = socket.getaddrinfo(
        address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    sock = socket.socket(family, kind, protocol)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.bind(place)
    return sock
