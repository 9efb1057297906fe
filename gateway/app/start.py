"""From settings to running processes."""

import asyncio
import errno
import resource
import shutil
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import count
from pathlib import Path

from gateway.app import keeper, logs, monitor, status, succession, wiring, worker
from gateway.app.cast import Cast, Role
from gateway.app.checks import ALL, certificate, folders, occupied, policies
from gateway.app.config import ConfigError
from gateway.app.listeners import Listeners
from gateway.app.policies import PolicyWatch
from gateway.app.settings import Settings
from gateway.app.supervisor import Refused, Supervisor
from gateway.app.units import Address, SocketFile

_DESCRIPTORS = 65536
_WORKER = "worker-"
_WITHOUT_PORTS = (folders, certificate, policies)
"""What can be checked while a gateway runs."""


class StartError(Exception):
    """The gateway cannot start; each problem is a line for the admin."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def check(read: Callable[[], Settings]) -> None:
    """Check everything but the ports, which a running gateway holds. Raises ConfigError and StartError."""
    if problems := _problems(read(), _WITHOUT_PORTS):
        raise StartError(problems)


def start(read: Callable[[], Settings]) -> int:
    """Check everything, then serve until told to stop; return the exit code. Raises ConfigError and StartError.

    `read` gives the settings now, and again at each SIGHUP.
    """
    left = succession.inherited()
    settings = read()
    if problems := _problems(settings, _WITHOUT_PORTS if left else ALL.values()):
        raise StartError(problems)
    _raise_descriptor_limit()
    logs.set_up(settings.log)
    logs.name_process("supervisor")
    listeners = Listeners(left.listeners if left else None)
    generations = _Generations(read, settings, listeners, _first_number(left.children) if left else 1)
    try:
        supervisor = Supervisor(generations.cast(), generations.renew, listeners)
        if left:
            supervisor.adopt(left, generations.cast())
    except OSError as error:
        raise StartError((f"listen: {error.strerror}",)) from error
    return supervisor.run()


def _first_number(names: Iterable[str]) -> int:
    """Return the lowest number of the workers that a predecessor left."""
    return min((int(name.removeprefix(_WORKER)) for name in names if name.startswith(_WORKER)), default=1)


class _Generations:
    """What the supervisor runs, and what after the settings have changed."""

    def __init__(self, read: Callable[[], Settings], settings: Settings, listeners: Listeners, first: int) -> None:
        self._read = read
        self._settings = settings
        self._listeners = listeners
        self._watch = PolicyWatch(settings.paths.policies)
        self._numbers = count(first)
        """Of the next worker: never given twice, because two generations' sockets lie side by side for a while."""

    def cast(self) -> Cast:
        """Return the roles of the settings as they are known. Raises OSError where an address cannot be had."""
        settings, watch = self._settings, self._watch
        slots = self._listeners.claim((*settings.listen.smtp, *settings.listen.milter), settings.server.workers)
        _open_to_mtas(settings)
        workers = {next(self._numbers): sockets for sockets in slots}
        ears = keeper.place(settings.paths.run, min(workers))
        roles = {
            f"{_WORKER}{number}": Role(partial(worker.run, number, settings, watch, sockets, ears), sockets)
            for number, sockets in workers.items()
        }
        places = [status.place(settings.paths.run, number) for number in workers]
        watching = partial(monitor.run, settings.monitor.listen, places, partial(clamd, settings))
        roles["keeper"] = Role(partial(keeper.run, settings, ears, places), watches=True)
        roles["monitor"] = Role(watching, watches=True)
        # a worker that is started again gets the last set that was right, whatever the files are like by then
        return Cast(roles, settings.limits.drain, watch.reload)

    def renew(self) -> Cast | None:
        """Return the roles of changed settings, None where nothing changed. Raises Refused for what cannot be used."""
        try:
            fresh = self._read()
        except ConfigError as error:
            raise Refused(*error.problems) from None
        if fresh == self._settings:
            return None
        held = set(_addresses(self._settings))
        problems = _problems(fresh, _WITHOUT_PORTS)
        problems += tuple(filter(None, map(occupied, set(_addresses(fresh)) - held)))
        if problems:
            raise Refused(*problems)
        before = self._settings, self._watch
        if fresh.paths.policies != self._settings.paths.policies:
            self._watch = PolicyWatch(fresh.paths.policies)
        self._settings = fresh
        try:
            return self.cast()
        except OSError as error:
            self._settings, self._watch = before
            raise Refused(f"listen: {error.strerror}") from None


def _addresses(settings: Settings) -> tuple[Address | SocketFile, ...]:
    return (*settings.listen.smtp, *settings.listen.milter, settings.monitor.listen)


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


def _problems(settings: Settings, checks: Iterable[Callable[[Settings], list[str]]]) -> tuple[str, ...]:
    return tuple(problem for check in checks for problem in check(settings))


def _raise_descriptor_limit() -> None:
    """Take the descriptors that we may: a message under way holds up to five, and the usual soft limit is 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, _DESCRIPTORS)), hard))


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
