"""The duty of jobs, `postern serve --role jobs`: one process for all work that no message waits for.

What it does is in `loops.py`, which only that process loads: workers are forked from whoever imports this.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar

from gateway.app.cast import Cast, Role, Tell
from gateway.app.checks import folders, policies
from gateway.app.duty import Check
from gateway.app.listeners import Listeners
from gateway.app.settings import Settings
from gateway.app.units import Address, SocketFile


class Jobs:
    """Implements `Duty`."""

    checks: ClassVar[Sequence[Check]] = (folders, policies)

    def __init__(self, settings: Settings, left: Iterable[str] = ()) -> None:
        """Begin anew, whatever a predecessor left: loops say what should be, not what to do next."""

    @staticmethod
    def addresses(_settings: Settings) -> Sequence[Address | SocketFile]:
        """Listen on nothing."""
        return ()

    def cast(self, settings: Settings, _listeners: Listeners) -> Cast:
        """Return the one process."""
        return Cast({"jobs": Role(partial(_run, settings))}, settings.limits.drain, lambda: None)


def _run(settings: Settings, tell: Tell) -> int:
    from gateway.app.loops import run  # noqa: PLC0415 - what it loads is for this process alone

    return run(settings, tell)
