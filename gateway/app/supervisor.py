"""The parent process: forks the others, restarts those that die, ends them all within a bound.

Plain and synchronous: no event loop, no thread, and of sockets only those that its children accept from, so that a
fork copies nothing that could be half-way. Signals and the children's notices wake one `select`. SIGTERM and SIGINT
drain and end with 0. SIGHUP is passed on; where the settings have changed it brings up a new cast beside the old one,
which drains when all of the new are ready, and stays when one of them fails. SIGUSR2 does the same with the program
as it is on disk by then (`succession`). Whatever kills this process, its children get SIGTERM from the kernel.
"""

import gc
import os
import select
import signal
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
import structlog

from gateway.app import logs, succession
from gateway.app.cast import FIRST_DELAY, Cast, Child, Role, are_ready
from gateway.app.lifeline import die_with, notify, watchdog_seconds
from gateway.app.listeners import Listeners
from gateway.app.succession import Heir, Inheritance

log = structlog.get_logger()

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR2, signal.SIGCHLD)
_LONGEST_DELAY, _STABLE = 10.0, 60.0
_GRACE = 5.0
"""Seconds after the drain until what is left gets SIGKILL."""
_SOFTWARE = 70
"""EX_SOFTWARE of sysexits.h."""


class Refused(Exception):
    """The settings as they are now cannot be used; each argument is a line for the admin."""


class Notice(msgspec.Struct, frozen=True):
    """A child is ready; `facts` go into the line that says so of all."""

    pid: int
    facts: Mapping[str, Any]


class Supervisor:
    """Keeps one process for each role alive.

    `renew` is called at SIGHUP: it returns another cast, None where nothing changed, or raises Refused.
    """

    def __init__(self, cast: Cast, renew: Callable[[], Cast | None], listeners: Listeners) -> None:
        self._cast = self._next_cast = cast
        self._listeners = listeners
        self._children = cast.unborn()
        self._coming: list[Child] = []
        """Of the next cast, until all of them are ready."""
        self._leaving: list[Child] = []
        """Draining, not to be replaced."""
        self._renew = renew
        self._announced = False
        self._code: int | None = None
        self._kill_at = 0.0
        """When whoever is leaving gets SIGKILL."""
        self._pulse = watchdog_seconds()

    def adopt(self, left: Inheritance, following: Cast) -> None:
        """Take over a predecessor's children, until `following` is ready."""
        for child in self._children:
            if heir := left.children.get(child.name):
                child.pid, child.notice = heir.pid, heir.facts
        unknown = {name: heir.pid for name, heir in left.children.items() if name not in self._cast.roles}
        self._dismiss([Child(name, Role(lambda _: 0), pid) for name, pid in {**left.leaving, **unknown}.items()])
        self._announced = True
        self._next_cast, self._coming = following, following.unborn()

    def run(self) -> int:
        """Run until told to stop; return the exit code."""
        gc.collect()
        gc.freeze()
        self._notices, self._notice_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._wakeups, wakeup_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        for number in _SIGNALS:
            signal.signal(number, lambda _number, _frame: None)
        signal.set_wakeup_fd(wakeup_end, warn_on_full_buffer=False)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)  # a predecessor had blocked them
        self._beat()
        while self._code is None or self._living():
            self._start_due()
            self._wait()
            self._reap()
            if self._code is not None and not self._leaving:
                self._dismiss(self._children)
            if self._leaving and time.monotonic() > self._kill_at:
                self._send(signal.SIGKILL, self._leaving)
                self._kill_at += _GRACE
        log.info("stopped", code=self._code)
        return self._code

    def _living(self) -> list[Child]:
        return [child for child in (*self._children, *self._coming, *self._leaving) if child.pid]

    def _start_due(self) -> None:
        now = time.monotonic()
        for child in self._unborn():
            if child.due <= now:
                (self._next_cast if child in self._coming else self._cast).before_fork()
                try:
                    self._fork(child)
                except OSError as error:  # no memory or process slot left; others may come free
                    log.error("not_forked", role=child.name, reason=error.strerror)  # noqa: TRY400
                    child.due = now + _LONGEST_DELAY

    def _unborn(self) -> list[Child]:
        return [child for child in (*self._children, *self._coming) if not child.pid and self._code is None]

    def _fork(self, child: Child) -> None:
        # a signal must not reach the child while it still has our handlers: it would wake us instead
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            parent = os.getpid()
            child.started, child.notice = time.monotonic(), None
            child.pid = os.fork()
            if child.pid == 0:
                self._become(child, parent, before)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _become(self, child: Child, parent: int, mask: set[signal.Signals | int]) -> None:
        """Be the child; never returns."""
        code = _SOFTWARE
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; we send SIGTERM
            signal.signal(signal.SIGUSR2, signal.SIG_IGN)
            die_with(parent)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            logs.name_process(child.name)
            self._listeners.close_others(child.role.sockets)
            code = child.role.main(self._tell)
        except Exception:
            log.exception("crashed")
        finally:
            os._exit(code)

    def _tell(self, facts: Mapping[str, Any]) -> None:
        os.write(self._notice_end, msgspec.json.encode(Notice(os.getpid(), facts)) + b"\n")

    def _wait(self) -> None:
        """Sleep until a signal, a notice, or the next thing that is due."""
        due = [child.due for child in self._unborn()]
        due += [self._kill_at] if self._leaving else []
        waits = [max(0.0, one - time.monotonic()) for one in due]
        waits += [self._pulse] if self._pulse else []
        readable, _, _ = select.select([self._wakeups, self._notices], [], [], min(waits, default=None))
        self._beat()
        if self._notices in readable:
            self._note(os.read(self._notices, 65536))
        if self._wakeups in readable:
            for number in os.read(self._wakeups, 4096):
                self._handle(number)

    def _beat(self) -> None:
        if self._pulse:
            notify("WATCHDOG=1")

    def _note(self, lines: bytes) -> None:
        for line in lines.splitlines():
            notice = msgspec.json.decode(line, type=Notice)
            for child in self._living():
                if child.pid == notice.pid:
                    child.notice = notice.facts
                    if self._announced and child in self._children:
                        log.info("replaced", role=child.name)
        if not self._announced and self._code is None and are_ready(self._children):
            self._announced = True
            self._say("ready")
            notify("READY=1", f"MAINPID={os.getpid()}")
        if self._coming and are_ready(self._coming):
            old, self._children, self._coming, self._cast = self._children, self._coming, [], self._next_cast
            self._say("reloaded")
            self._listeners.close_others(self._cast.sockets())
            self._dismiss(old)
            notify("READY=1")

    def _say(self, event: str) -> None:
        facts = {key: value for child in self._children for key, value in (child.notice or {}).items()}
        log.info(event, processes=len(self._children), **facts)

    def _handle(self, number: int) -> None:
        if number in (signal.SIGTERM, signal.SIGINT):
            self._stop(0)
        elif number in (signal.SIGHUP, signal.SIGUSR2) and self._code is None and self._announced:
            notify("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")
            log.info("reload" if number == signal.SIGHUP else "upgrade")
            self._abandon_coming()  # overtaken before they were ready
            if number == signal.SIGHUP:
                self._reload()
            else:
                self._upgrade()

    def _reload(self) -> None:
        try:
            cast = self._renew()
        except Refused as error:
            self._stay(error.args)
            cast = None
        if cast is None:
            self._send(signal.SIGHUP, self._children)
            notify("READY=1")
        else:
            self._next_cast, self._coming = cast, cast.unborn()

    def _upgrade(self) -> None:
        """Become the program that is on disk now; go on as we are where that would not start."""
        self._beat()  # the trial takes less than systemd waits
        reasons = succession.objections()
        if not reasons:
            signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # until the successor has handlers for them
            try:
                succession.succeed(self._inheritance())
            except OSError as error:
                reasons = [str(error)]
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        self._stay(reasons)
        notify("READY=1")

    def _inheritance(self) -> Inheritance:
        alive = [child for child in self._children if child.pid]
        heirs = {child.name: Heir(child.pid, child.notice) for child in alive if child.notice is not None}
        # one that is not ready yet could tell nobody; it drains, and its successor comes anyway
        leaving = [*self._leaving, *(child for child in alive if child.notice is None)]
        return Inheritance(heirs, {child.name: child.pid for child in leaving}, self._listeners.surrender())

    def _stay(self, reasons: Iterable[str]) -> None:
        for reason in reasons:
            log.error("reload_refused", reason=reason)

    def _abandon_coming(self) -> None:
        self._dismiss(self._coming)
        self._coming = []
        self._listeners.close_others(self._cast.sockets())

    def _stop(self, code: int) -> None:
        if self._code is None:
            self._code = code
            notify("STOPPING=1")
            log.info("stopping")
            self._listeners.close_others(())
            everybody, self._coming = [*self._children, *self._coming], []
            self._children = [child for child in everybody if child.role.watches]  # until the others have gone
            self._dismiss([child for child in everybody if not child.role.watches])

    def _dismiss(self, children: list[Child]) -> None:
        """Let children drain and end; nobody replaces them."""
        if living := [child for child in children if child.pid]:
            self._leaving += living
            self._kill_at = time.monotonic() + self._cast.drain + _GRACE
            self._send(signal.SIGTERM, living)
        self._children = [child for child in self._children if child not in self._leaving]

    def _send(self, number: signal.Signals, children: list[Child]) -> None:
        for child in children:
            if child.pid:
                os.kill(child.pid, number)

    def _reap(self) -> None:
        """Bury all that died; as process 1 of a container also orphans that are not ours."""
        while self._living():
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            for child in self._living():
                if child.pid == pid:
                    child.pid = 0
                    self._bury(child, os.waitstatus_to_exitcode(status))

    def _bury(self, child: Child, code: int) -> None:
        """Plan the next life of a dead child; a death before the first readiness ends the start instead."""
        if child in self._leaving:
            self._leaving.remove(child)
            return
        now = time.monotonic()
        child.delay = FIRST_DELAY if now - child.started > _STABLE else min(child.delay * 2, _LONGEST_DELAY)
        child.due = now + child.delay
        log.error("died", role=child.name, code=code, again_in=child.delay)
        if child in self._coming:
            self._stay([f"{child.name} did not become ready"])
            self._abandon_coming()
            notify("READY=1")
        elif not self._announced:
            self._stop(1)
