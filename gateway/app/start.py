"""From settings to running processes."""

import resource
from collections.abc import Callable, Iterable, Mapping

from gateway.app import logs, succession
from gateway.app.cast import Cast
from gateway.app.checks import occupied
from gateway.app.config import ConfigError
from gateway.app.duty import Check, Duty
from gateway.app.files import Files
from gateway.app.jobs import Jobs
from gateway.app.listeners import Listeners
from gateway.app.mail import Mail
from gateway.app.settings import Settings
from gateway.app.supervisor import Refused, Supervisor
from gateway.app.units import Address, SocketFile

DUTIES: Mapping[str, type[Duty]] = {"mail": Mail, "files": Files, "jobs": Jobs}
"""By the word of `postern serve --role`; each is made of settings that its checks found right."""
_DESCRIPTORS = 65536


class StartError(Exception):
    """The gateway cannot start; each problem is a line for the admin."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def check(read: Callable[[], Settings], role: str = "mail") -> None:
    """Check everything but the ports, which a running gateway holds. Raises ConfigError and StartError."""
    if problems := _problems(read(), DUTIES[role].checks):
        raise StartError(problems)


def start(read: Callable[[], Settings], role: str = "mail") -> int:
    """Check everything, then serve until told to stop; return the exit code. Raises ConfigError and StartError.

    `read` gives the settings now, and again at each SIGHUP.
    """
    left = succession.inherited()
    settings, kind = read(), DUTIES[role]
    problems = _problems(settings, kind.checks)
    if not left:
        problems += _taken(kind.addresses(settings))
    if problems:
        raise StartError(problems)
    _raise_descriptor_limit()
    logs.set_up(settings.log)
    logs.name_process("supervisor")
    listeners = Listeners(left.listeners if left else None)
    generations = _Generations(read, settings, listeners, kind(settings, left.children if left else ()))
    try:
        supervisor = Supervisor(generations.cast(), generations.renew, listeners)
        if left:
            supervisor.adopt(left, generations.cast())
    except OSError as error:
        raise StartError((f"listen: {error.strerror}",)) from error
    return supervisor.run()


class _Generations:
    """What the supervisor runs, and what after the settings have changed."""

    def __init__(self, read: Callable[[], Settings], settings: Settings, listeners: Listeners, duty: Duty) -> None:
        self._read = read
        self._settings = settings
        self._listeners = listeners
        self._duty = duty

    def cast(self) -> Cast:
        """Return the roles of the settings as they are known. Raises OSError where an address cannot be had."""
        return self._duty.cast(self._settings, self._listeners)

    def renew(self) -> Cast | None:
        """Return the roles of changed settings, None where nothing changed. Raises Refused for what cannot be used."""
        try:
            fresh = self._read()
        except ConfigError as error:
            raise Refused(*error.problems) from None
        if fresh == self._settings:
            return None
        held = set(self._duty.addresses(self._settings))
        problems = _problems(fresh, self._duty.checks)
        problems += _taken(set(self._duty.addresses(fresh)) - held)
        if problems:
            raise Refused(*problems)
        try:
            cast = self._duty.cast(fresh, self._listeners)
        except OSError as error:
            raise Refused(f"listen: {error.strerror}") from None
        self._settings = fresh
        return cast


def _problems(settings: Settings, checks: Iterable[Check]) -> tuple[str, ...]:
    return tuple(problem for check in checks for problem in check(settings))


def _taken(addresses: Iterable[Address | SocketFile]) -> tuple[str, ...]:
    return tuple(filter(None, map(occupied, addresses)))


def _raise_descriptor_limit() -> None:
    """Take the descriptors that we may: a message under way holds up to five, and the usual soft limit is 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, _DESCRIPTORS)), hard))
