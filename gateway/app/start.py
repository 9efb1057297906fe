"""From settings to running processes."""

import asyncio
import resource
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from gateway.app import logs, monitor, status, wiring, worker
from gateway.app.cast import Cast, Main
from gateway.app.checks import ALL, certificate, folders, occupied, policies
from gateway.app.config import ConfigError
from gateway.app.policies import PolicyWatch
from gateway.app.settings import Settings
from gateway.app.supervisor import Refused, Supervisor

_DESCRIPTORS = 65536


class StartError(Exception):
    """The gateway cannot start; each problem is a line for the admin."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def start(read: Callable[[], Settings]) -> int:
    """Check everything, then serve until told to stop; return the exit code. Raises ConfigError and StartError.

    `read` gives the settings now, and again at each SIGHUP.
    """
    settings = read()
    if problems := _problems(settings, ALL.values()):
        raise StartError(problems)
    _raise_descriptor_limit()
    logs.set_up(settings.log)
    logs.name_process("supervisor")
    generations = _Generations(read, settings)
    return Supervisor(generations.cast(), generations.renew).run()


class _Generations:
    """What the supervisor runs, and what after the settings have changed."""

    def __init__(self, read: Callable[[], Settings], settings: Settings) -> None:
        self._read = read
        self._settings = settings
        self._watch = PolicyWatch(settings.paths.policies)
        self._number = 1
        """Of the next worker: never given twice, because two generations' sockets lie side by side for a while."""

    def cast(self) -> Cast:
        """Return the roles of the settings as they are known."""
        settings, watch = self._settings, self._watch
        numbers = range(self._number, self._number + settings.server.workers)
        self._number = numbers.stop
        roles: dict[str, Main] = {f"worker-{one}": partial(worker.run, one, settings, watch) for one in numbers}
        sockets = [status.place(settings.paths.run, one) for one in numbers]
        roles["monitor"] = partial(monitor.run, settings.monitor.listen, sockets, partial(clamd, settings))
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
        held = {*self._settings.listen.smtp, self._settings.monitor.listen}
        problems = _problems(fresh, (folders, certificate, policies))
        problems += tuple(filter(None, map(occupied, {*fresh.listen.smtp, fresh.monitor.listen} - held)))
        if problems:
            raise Refused(*problems)
        if fresh.paths.policies != self._settings.paths.policies:
            self._watch = PolicyWatch(fresh.paths.policies)
        self._settings = fresh
        return self.cast()


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
