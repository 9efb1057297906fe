"""The keeper: one process that owns the store, for all workers of one state of the settings.

Workers stay small and never wait for a disk: they hand a message over by its descriptor and await "durable". The
store's libraries are loaded when they are first needed; until then this process costs next to nothing. It ends when
it is told to and none of its workers is left that could still have something to keep.
"""

import signal
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import structlog

from gateway.adapters.keeper_frames import Host, Keep, Link, Settle
from gateway.adapters.keeper_service import Hands, KeeperService
from gateway.app import status, stores
from gateway.app.cast import Tell
from gateway.app.settings import Settings

_TIDY_SECONDS = 60.0
_POLL_SECONDS = 0.1

log = structlog.get_logger()


class Vault(Hands, Protocol):
    """What the keeper keeps in."""

    def tidy(self) -> int:
        """Do a part of what is due."""


def place(run: Path, number: int) -> Path:
    """Return the socket of the keeper whose first worker is `number`."""
    return run / f"keeper-{number}.sock"


def run(settings: Settings, socket: Path, workers: Sequence[Path], tell: Tell) -> int:
    """Serve until SIGTERM, and then until no worker answers on its socket."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    is_needed = stores.has_store(settings) or bool(settings.hosting.domains)  # else loading puts a first mail off
    vault = Lazy(lambda: stores.vault(settings), is_needed=is_needed)
    service = KeeperService(socket, vault)
    tell({})
    while not stop.wait(vault.tidy()):
        pass
    while any(map(status.ask, workers)):
        time.sleep(_POLL_SECONDS)
    service.close()
    return 0


class Lazy:
    """A vault that is made when it is first used, or tidied where it is needed; by then the keeper listens."""

    def __init__(self, make: Callable[[], Vault], *, is_needed: bool) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._vault: Vault | None = None
        self._is_needed = is_needed
        self._trouble = ""

    def keep(self, asked: Keep, descriptor: int) -> None:
        """Make a message durable, or raise."""
        self._made().keep(asked, descriptor)

    def host(self, asked: Host, descriptor: int) -> str:
        """Make a file durable and return its link, or raise."""
        return self._made().host(asked, descriptor)

    def settle(self, asked: Settle) -> None:
        """Let files live, or forget them, or raise."""
        self._made().settle(asked)

    def link(self, asked: Link) -> Sequence[str]:
        """Make links durable and return them, or raise."""
        return self._made().link(asked)

    def tidy(self) -> float:
        """Do a part of what is due, where there is a store; return the seconds until the next part."""
        if self._vault is None and not self._is_needed:
            return _TIDY_SECONDS
        trouble, done = "", 0
        try:
            done = self._made().tidy()
        except Exception as error:  # noqa: BLE001 - it must come back to this; each trouble is told once
            trouble = f"{type(error).__name__}: {error}"
        if trouble and trouble != self._trouble:
            log.error("store_unusable", reason=trouble)
        elif self._trouble and not trouble:
            log.info("store_usable")
        self._trouble = trouble
        return 0.0 if done else _TIDY_SECONDS

    def _made(self) -> Vault:
        with self._lock:
            self._vault = vault = self._vault or self._make()
            return vault
