"""The parent process: forks the others, restarts those that die, ends them all within a bound.

Plain and synchronous: no event loop, no thread, no socket of its own, so that a fork copies nothing that
could be half-way. Signals and the children's notices wake one `select`. SIGTERM and SIGINT drain and end
with 0; SIGHUP is passed on. Whatever kills this process, its children get SIGTERM from the kernel.
"""

import gc
import os
import select
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog

from gateway.app import logs
from gateway.app.lifeline import die_with, notify

log = structlog.get_logger()

Tell = Callable[[Mapping[str, Any]], None]
Main = Callable[[Tell], int]
"""What a child runs: it calls Tell once when it is ready, and returns its exit code."""

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
_FIRST_DELAY, _LONGEST_DELAY, _STABLE = 0.1, 10.0, 60.0
_GRACE = 5.0
"""Seconds after the drain until what is left gets SIGKILL."""
_SOFTWARE = 70
"""EX_SOFTWARE of sysexits.h."""


class Notice(msgspec.Struct, frozen=True):
    """A child is ready; `facts` go into the line that says so of all."""

    role: str
    facts: Mapping[str, Any]


@dataclass(slots=True)
class Child:
    """One role and the process that plays it now."""

    name: str
    main: Main
    pid: int = 0
    """0 while no process plays it."""
    notice: Mapping[str, Any] | None = None
    """What it told when it became ready."""
    started: float = 0.0
    due: float = 0.0
    delay: float = _FIRST_DELAY


class Supervisor:
    """Keeps one process for each role alive."""

    def __init__(self, roles: Mapping[str, Main], drain: float, before_fork: Callable[[], object]) -> None:
        self._children = [Child(name, main) for name, main in roles.items()]
        self._drain = drain
        self._before_fork = before_fork
        self._announced = False
        self._code: int | None = None
        self._kill_at = 0.0

    def run(self) -> int:
        """Run until told to stop; return the exit code."""
        gc.collect()
        gc.freeze()
        self._notices, self._notice_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._wakeups, wakeup_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        for number in _SIGNALS:
            signal.signal(number, lambda _number, _frame: None)
        signal.set_wakeup_fd(wakeup_end, warn_on_full_buffer=False)
        while self._code is None or self._living():
            if self._code is None:
                self._start_due()
            self._wait()
            self._reap()
            if self._code is not None and time.monotonic() > self._kill_at:
                self._send(signal.SIGKILL)
                self._kill_at += _GRACE
        log.info("stopped", code=self._code)
        return self._code

    def _living(self) -> list[Child]:
        return [child for child in self._children if child.pid]

    def _start_due(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if not child.pid and child.due <= now:
                self._before_fork()
                try:
                    self._fork(child)
                except OSError as error:  # no memory or process slot left; others may come free
                    log.error("not_forked", role=child.name, reason=error.strerror)  # noqa: TRY400
                    child.due = now + _LONGEST_DELAY

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
            die_with(parent)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            logs.name_process(child.name)
            code = child.main(lambda facts: self._tell(child.name, facts))
        except Exception:
            log.exception("crashed")
        finally:
            os._exit(code)

    def _tell(self, name: str, facts: Mapping[str, Any]) -> None:
        os.write(self._notice_end, msgspec.json.encode(Notice(name, facts)) + b"\n")

    def _wait(self) -> None:
        """Sleep until a signal, a notice, or the next thing that is due."""
        due = [child.due for child in self._children if not child.pid] if self._code is None else [self._kill_at]
        timeout = max(0.0, min(due) - time.monotonic()) if due else None
        readable, _, _ = select.select([self._wakeups, self._notices], [], [], timeout)
        if self._notices in readable:
            self._note(os.read(self._notices, 65536))
        if self._wakeups in readable:
            for number in os.read(self._wakeups, 4096):
                self._handle(number)

    def _note(self, lines: bytes) -> None:
        for line in lines.splitlines():
            notice = msgspec.json.decode(line, type=Notice)
            for child in self._children:
                if child.name == notice.role:
                    child.notice = notice.facts
            if self._announced:
                log.info("replaced", role=notice.role)
        if not self._announced and self._code is None and all(child.notice is not None for child in self._children):
            self._announced = True
            facts = {key: value for child in self._children for key, value in (child.notice or {}).items()}
            log.info("ready", processes=len(self._children), **facts)
            notify("READY=1", f"MAINPID={os.getpid()}")

    def _handle(self, number: int) -> None:
        if number in (signal.SIGTERM, signal.SIGINT):
            self._stop(0)
        elif number == signal.SIGHUP:
            notify("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")
            log.info("reload")
            self._send(signal.SIGHUP)
            notify("READY=1")

    def _stop(self, code: int) -> None:
        if self._code is None:
            self._code = code
            self._kill_at = time.monotonic() + self._drain + _GRACE
            notify("STOPPING=1")
            log.info("stopping")
            self._send(signal.SIGTERM)

    def _send(self, number: signal.Signals) -> None:
        for child in self._living():
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
        if self._code is not None:
            return
        log.error("died", role=child.name, code=code)
        if not self._announced:
            self._stop(1)
            return
        now = time.monotonic()
        child.delay = _FIRST_DELAY if now - child.started > _STABLE else min(child.delay * 2, _LONGEST_DELAY)
        child.due = now + child.delay
