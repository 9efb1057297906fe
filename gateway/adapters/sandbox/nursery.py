"""The process from which children come: small, without secrets, forked before the worker has any.

It forks a child whenever it is asked to, hands its channel and a pidfd over to the worker, reaps it and
reports how it ended. It ends when its worker does, and so do the children. It never reads mail.
"""

import locale
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gateway.adapters.sandbox import frames, jail
from gateway.adapters.sandbox.child import Run, Work, no_errands, serve
from gateway.adapters.sandbox.jail import Jail
from gateway.adapters.spool import SpoolFolder

_ONE_MORE = b"+"
_NOT_FOR_US = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""They reach the whole group; the worker drains with its children, and hangs up at the end."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the nursery tells: a birth (`pid` and two descriptors), an end (`status`), or a failure (no `pid`)."""

    pid: int
    status: int | None = None
    """As `waitpid` gives it; for a failure the error number."""


@dataclass(frozen=True, slots=True)
class Birth:
    """A new child; the worker owns both ends."""

    pid: int
    pidfd: int
    channel: socket.socket


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Report).decode


class Nursery:
    """The worker's end."""

    def __init__(self, work: Work, folder: Path, limits: Jail | None = None, run: Run = no_errands) -> None:
        """Fork the nursery now: before threads, before the event loop, before secrets are read."""
        spools = SpoolFolder(folder)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        worker = os.getpid()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _NOT_FOR_US)  # until the nursery has learnt to ignore them
        self.pid = os.fork()
        if self.pid == 0:
            _never_return(lambda: _Ward(theirs, work, run, spools, limits or Jail()).run(worker))
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        ours.setblocking(False)
        self._control = ours

    def fileno(self) -> int:
        """Return the descriptor that becomes readable with a report."""
        return self._control.fileno()

    def ask_for_child(self) -> None:
        """Ask for one more child; a birth or a failure is reported. Raises OSError when the nursery has gone."""
        self._control.send(_ONE_MORE)

    def read(self) -> Birth | Report | None:
        """Return the next report, None where there is none now. Raises EOFError when the nursery has gone."""
        try:
            data, descriptors, _ = frames.receive(self._control, 512, 2)
        except BlockingIOError:
            return None
        except OSError as error:
            raise EOFError(str(error)) from error
        if not data:
            raise EOFError("the nursery has gone")
        report = _decode(data)
        if not descriptors:
            return report
        channel, pidfd = descriptors
        return Birth(report.pid, pidfd, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=channel))

    def close(self) -> None:
        """End the nursery, and with it all children; may be called twice."""
        if self._control.fileno() < 0:
            return
        self._control.close()
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


class _Ward:
    """The nursery's own side."""

    def __init__(self, control: socket.socket, work: Work, run: Run, spools: SpoolFolder, limits: Jail) -> None:
        self._control = control
        self._work = work
        self._errands = run
        self._spools = spools
        self._limits = limits
        self._living: dict[int, int] = {}
        self._refused: tuple[str, ...] = ()

    def run(self, worker: int) -> None:
        for one in _NOT_FOR_US:
            signal.signal(one, signal.SIG_IGN)
        signal.set_wakeup_fd(-1)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _NOT_FOR_US)
        with suppress(locale.Error):  # libarchive says names in this character set
            locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
        _silence()
        jail.close_all_but({0, 1, 2, self._control.fileno()})
        self._refused = jail.isolate()
        jail.die_with(worker)  # after `isolate`: new credentials clear it
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        while True:
            for descriptor, _ in poll.poll():
                if descriptor != self._control.fileno():
                    poll.unregister(descriptor)
                    self._bury(descriptor)
                elif not self._control.recv(16):
                    return
                else:
                    self._bear(poll)

    def _bear(self, poll: select.poll) -> None:
        nursery = os.getpid()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            try:
                pid = os.fork()
            except OSError as error:
                self._control.send(_encode(Report(0, error.errno)))
                return
            if pid == 0:
                _never_return(lambda: self._live(theirs, nursery))
            pidfd = os.pidfd_open(pid)
            poll.register(pidfd, select.POLLIN)
            self._living[pidfd] = pid
            socket.send_fds(self._control, [_encode(Report(pid))], [ours.fileno(), pidfd])

    def _live(self, channel: socket.socket, nursery: int) -> None:
        jail.close_all_but({0, 1, 2, channel.fileno()})
        jail.die_with(nursery)
        jail.keep_memory()
        refused = self._refused + jail.confine(self._limits, self._spools.folder)
        serve(channel, self._work, self._spools, refused, self._errands)

    def _bury(self, pidfd: int) -> None:
        pid = self._living.pop(pidfd)
        os.close(pidfd)
        _, status = os.waitpid(pid, 0)
        self._control.send(_encode(Report(pid, status)))


def _silence() -> None:
    """Point standard input and output nowhere; standard error stays for what a library prints when it dies."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)


def _never_return(run: Callable[[], None]) -> None:
    """Run, then end the process: a fork must not come back into its parent's program."""
    status = 1
    try:
        run()
        status = 0
    except BaseException:  # noqa: BLE001 - nothing may go up from here
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(status)
