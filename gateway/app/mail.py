"""The duty of mail: workers that take it, the keeper behind them, the monitor beside them."""

import asyncio
import errno
import shutil
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import ClassVar

from gateway.app import keeper, monitor, status, wiring, worker
from gateway.app.cast import Cast, Role
from gateway.app.checks import certificate, folders, policies
from gateway.app.duty import Check
from gateway.app.listeners import Listeners
from gateway.app.policies import PolicyWatch
from gateway.app.settings import Settings
from gateway.app.units import Address, SocketFile

_WORKER = "worker-"


class Mail:
    """Implements `Duty`."""

    checks: ClassVar[Sequence[Check]] = (folders, certificate, policies)

    def __init__(self, settings: Settings, left: Iterable[str] = ()) -> None:
        """Begin behind the workers that a predecessor left, by their names. Raises PolicyErrors."""
        self._folder = settings.paths.policies
        self._watch = PolicyWatch(self._folder)
        self._numbers = count(_first_number(left))
        """Of the next worker: never given twice, because two generations' sockets lie side by side for a while."""

    @staticmethod
    def addresses(settings: Settings) -> Sequence[Address | SocketFile]:
        """Return the doors and the monitor."""
        return (*settings.listen.addresses, settings.monitor.listen)

    def cast(self, settings: Settings, listeners: Listeners) -> Cast:
        """Return the processes. Raises OSError where an address cannot be had."""
        watch = self._watch if settings.paths.policies == self._folder else PolicyWatch(settings.paths.policies)
        slots = listeners.claim(settings.listen.addresses, settings.server.workers)
        _open_to_mtas(settings)
        self._folder, self._watch = settings.paths.policies, watch
        workers = {next(self._numbers): sockets for sockets in slots}
        ears = keeper.place(settings.paths.run, min(workers))
        roles = {
            f"{_WORKER}{number}": Role(partial(worker.run, number, settings, watch, sockets, ears), sockets)
            for number, sockets in workers.items()
        }
        places = [status.place(settings.paths.run, number) for number in workers]
        others = (status.jobs_place(settings.paths.run),)
        watching = partial(monitor.run, settings.monitor.listen, places, partial(clamd, settings), others)
        roles["keeper"] = Role(partial(keeper.run, settings, ears, places), watches=True)
        roles["monitor"] = Role(watching, watches=True)
        # a worker that is started again gets the last set that was right, whatever the files are like by then
        return Cast(roles, settings.limits.drain, watch.reload)


def clamd(settings: Settings) -> str:
    """Return the version of the first clamd that answers. Raises OSError when none does."""
    states = clamd_states(settings, settings.paths.spool)
    for state in states:
        if state.engine:
            return state.engine
    raise ConnectionError("; ".join(f"{state.address}: {state.error}" for state in states))


def clamd_states(settings: Settings, folder: Path) -> Sequence[wiring.ClamdState]:
    """Ask every clamd for its version, now; `folder` takes spools."""
    return asyncio.run(wiring.scanner(settings, wiring.spools(folder)).version())


def _first_number(names: Iterable[str]) -> int:
    """Return the lowest number of the workers that a predecessor left."""
    return min((int(name.removeprefix(_WORKER)) for name in names if name.startswith(_WORKER)), default=1)


def _open_to_mtas(settings: Settings) -> None:
    """Let those use the unix sockets of the milter door who may. Raises OSError."""
    for address in settings.listen.milter:
        if isinstance(address, SocketFile):
            if settings.milter.socket_group:
                _give_to_group(address.path, settings.milter.socket_group)
            address.path.chmod(settings.milter.socket_mode)


def _give_to_group(path: Path, group: str) -> None:
    try:
        shutil.chown(path, group=group)
    except LookupError as error:
        raise OSError(errno.EINVAL, f"there is no group {group}") from error
