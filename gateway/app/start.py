"""From settings to running processes."""

import asyncio
import resource
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from gateway.app import logs, monitor, status, wiring, worker
from gateway.app.checks import ALL
from gateway.app.policies import PolicyWatch
from gateway.app.settings import Settings
from gateway.app.supervisor import Main, Supervisor

_DESCRIPTORS = 65536


class StartError(Exception):
    """The gateway cannot start; each problem is a line for the admin."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def start(settings: Settings) -> int:
    """Check everything, then serve until told to stop; return the exit code. Raises StartError."""
    problems = tuple(problem for check in ALL.values() for problem in check(settings))
    if problems:
        raise StartError(problems)
    _raise_descriptor_limit()
    logs.set_up(settings.log)
    logs.name_process("supervisor")
    watch = PolicyWatch(settings.paths.policies)
    numbers = range(1, settings.server.workers + 1)
    roles: dict[str, Main] = {f"worker-{number}": partial(worker.run, number, settings, watch) for number in numbers}
    sockets = [status.place(settings.paths.run, number) for number in numbers]
    roles["monitor"] = partial(monitor.run, settings.monitor.listen, sockets, partial(clamd, settings))
    # a worker that is started again gets the last set that was right, whatever the files are like by then
    return Supervisor(roles, settings.limits.drain, watch.reload).run()


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
