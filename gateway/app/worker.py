"""One worker process: an event loop with listeners of its own on every address (SO_REUSEPORT).

SIGTERM stops accepting, lets messages in flight end within the drain time, and returns. SIGHUP reads the
policy and the certificate again. Whatever ends one of its tasks ends the worker, and the supervisor
starts another.
"""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncIterator

import structlog

from gateway.app import status
from gateway.app.settings import Settings
from gateway.app.status import Status
from gateway.app.supervisor import Tell
from gateway.app.units import Address
from gateway.app.wiring import Worker, prepare
from gateway.model.policyset import PolicySet

if sys.platform == "linux":
    from uvloop import new_event_loop
else:
    from asyncio import new_event_loop

log = structlog.get_logger()

_BACKLOG = 1024


def run(number: int, settings: Settings, policies: PolicySet, tell: Tell) -> int:
    """Serve until SIGTERM; return the exit code."""
    place = status.place(settings.paths.run, number)
    place.unlink(missing_ok=True)
    worker = prepare(settings, policies)  # forks the sandbox's nursery: before there is a loop
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(_serve(worker, settings, str(place), tell))
