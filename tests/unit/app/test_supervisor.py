"""Processes that are started, replaced and ended; all of them real."""

import os
import signal
import socket
import sys
from pathlib import Path

from tests.services.ports import wait_until
from tests.unit.app.running import Running

ROLES = """
import ctypes, os, signal, sys, structlog
from gateway.app import logs, supervisor
from gateway.app import succession
from gateway.app.cast import Cast, Role
from gateway.app.listeners import Listeners
from gateway.app.settings import Log

log = structlog.get_logger()

def good(tell):
    # waits for signals instead of handling them: a handler could come in the middle of a log line
    awaited = {signal.SIGTERM, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, awaited)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    tell({"policy": "v1"})
    log.info("up", pid=os.getpid())
    while signal.sigwait(awaited) == signal.SIGHUP:
        log.info("reloaded")
    log.info("drained")
    return 0

def deaf(tell):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    tell({})
    while True:
        signal.pause()

def parent(tell):
    pid = os.fork()
    if pid == 0:
        signal.sigwait({signal.SIGUSR1})
        os._exit(0)
    tell({})
    log.info("up", pid=os.getpid(), orphan=pid)
    signal.pause()

def stillborn(tell):
    return 3

def fickle(tell):
    tell({})
    return 3

def raising(tell):
    raise RuntimeError("boom")

logs.set_up(Log(format="json"))
logs.name_process("supervisor")
supervisor._GRACE = 0.1
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: orphans come to us, as to process 1

def watcher(tell):
    return good(tell)

def cast(names, first):
    roles = {
        f"{name}-{number}": Role(globals()[name], watches=name == "watcher") for number, name in enumerate(names, first)
    }
    return Cast(roles, float(os.environ.get("DRAIN", "0.1")), lambda: None)

def renew():
    if "REFUSED" in os.environ:
        raise supervisor.Refused(os.environ["REFUSED"])
    return cast(os.environ["NEXT"].split(), 11) if "NEXT" in os.environ else None

if succession.TRIAL in sys.argv:
    sys.exit(os.environ.get("OBJECTION"))
one = supervisor.Supervisor(cast(sys.argv[1:], 1), renew, Listeners())
if left := succession.inherited():
    one.adopt(left, cast(os.environ["NEXT"].split(), 11))
sys.exit(one.run())
"""


def running(*roles: str, **environ: str) -> Running:
    """Start a supervisor over roles of the script."""
    return Running([sys.executable, "-c", ROLES, *roles], environ)


def test_sigterm_drains_all_and_ends_with_0() -> None:
    """Each child ends by itself, none is left."""
    with running("good", "good", DRAIN="30") as one:
        one.wait_for("ready")
        code = one.end()
        drained = [line["process"] for line in one.lines if line["event"] == "drained"]

        assert (code, sorted(drained), one.descendants()) == (0, ["good-1", "good-2"], [])


def test_ready_is_said_once_and_with_what_the_children_told() -> None:
    """Only when all of them are."""
    with running("good", "good") as one:
        ready = one.wait_for("ready")

        assert (ready["policy"], ready["processes"]) == ("v1", 2)


def test_killed_child_is_replaced() -> None:
    """A new process plays the same role, and the death is logged."""
    with running("good") as one:
        one.wait_for("ready")
        first = one.wait_for("up")
        os.kill(first["pid"], signal.SIGKILL)
        second = one.wait_for("up", 2)
        died, replaced = one.wait_for("died"), one.wait_for("replaced")

        assert (died["code"], died["role"], replaced["role"]) == (-9, "good-1", "good-1")
        assert second["pid"] != first["pid"]


def test_child_that_dies_again_and_again_is_started_later_and_later() -> None:
    """The pauses double, up to a bound, and nothing else suffers."""
    with running("good", "fickle") as one:
        one.wait_for("died", 4)
        pauses = [line["again_in"] for line in one.lines if line["event"] == "died"]
        code = one.end()

        assert (pauses[:4], code) == ([0.2, 0.4, 0.8, 1.6], 0)


def test_orphans_of_a_dead_child_are_reaped() -> None:
    """As process 1 of a container the supervisor inherits them; none stays a zombie."""
    with running("parent") as one:
        one.wait_for("ready")
        up = one.wait_for("up")
        os.kill(up["pid"], signal.SIGKILL)
        one.wait_for("replaced")
        os.kill(up["orphan"], signal.SIGKILL)
        remains = Path(f"/proc/{up['orphan']}")
        wait_until(lambda: not remains.exists(), lambda: True, 30, "the end of the orphan")

        assert not remains.exists()


def test_child_that_never_gets_ready_ends_the_start() -> None:
    """A gateway that cannot start says so instead of trying for ever."""
    with running("good", "stillborn") as one:
        assert one.finish() == 1

        assert one.wait_for("died")["role"] == "stillborn-2"


def test_exception_in_a_child_is_logged_and_is_its_death() -> None:
    """Nothing runs on in a copy of the supervisor."""
    with running("raising") as one:
        assert one.finish() == 1

        assert "RuntimeError: boom" in one.wait_for("crashed")["exception"]


def test_child_that_does_not_drain_is_killed() -> None:
    """The end comes within a bound."""
    with running("deaf") as one:
        one.wait_for("ready")

        assert (one.end(), one.descendants()) == (0, [])


def test_nothing_survives_the_supervisor() -> None:
    """Kill -9 of the parent ends the children through the kernel."""
    with running("good", "good") as one:
        one.wait_for("up", 2)
        one.process.kill()

        assert one.wait_until_alone() == []


def test_sighup_is_passed_on() -> None:
    """Every child hears it, and none dies of it."""
    with running("good", "good") as one:
        one.wait_for("up", 2)
        one.process.send_signal(signal.SIGHUP)
        one.wait_for("reloaded", 2)

        assert [line for line in one.lines if line["event"] == "died"] == []


def test_changed_settings_bring_a_new_cast_and_the_old_one_drains() -> None:
    """The new are ready before the old are told to go, and the old end by themselves."""
    with running("good", "good", NEXT="good") as one:
        one.wait_for("ready")
        one.process.send_signal(signal.SIGHUP)
        one.wait_for("drained", 2)
        fresh, reloaded = one.wait_for("up", 3), one.wait_for("reloaded")
        events = [line["event"] for line in one.lines]

        assert (reloaded["process"], reloaded["processes"], fresh["process"]) == ("supervisor", 1, "good-11")
        assert events.index("reloaded") < events.index("drained")
        assert "died" not in events


def test_old_cast_stays_when_the_new_one_fails() -> None:
    """Nobody is dismissed for a cast that does not become ready."""
    with running("good", NEXT="good stillborn") as one:
        first = one.wait_for("up")
        one.wait_for("ready")
        one.process.send_signal(signal.SIGHUP)
        refused = one.wait_for("reload_refused")
        wait_until(lambda: one.descendants() == [first["pid"]], lambda: True, 30, "the end of the new")

        assert refused["reason"] == "stillborn-12 did not become ready"


def test_settings_that_cannot_be_used_change_nothing() -> None:
    """The reason is logged, and the children still read their policies again."""
    with running("good", REFUSED="postern.toml:3: no") as one:
        one.wait_for("ready")
        one.process.send_signal(signal.SIGHUP)
        refused = one.wait_for("reload_refused")
        reloaded = one.wait_for("reloaded")

        assert (refused["reason"], reloaded["process"]) == ("postern.toml:3: no", "good-1")


def test_who_watches_the_others_goes_last() -> None:
    """As long as somebody drains, somebody tells so."""
    with running("watcher", "good", DRAIN="30") as one:
        one.wait_for("ready")
        one.end()
        drained = [line["process"] for line in one.lines if line["event"] == "drained"]

        assert drained == ["good-2", "watcher-1"]


def test_program_is_replaced_and_the_children_live_on_until_the_new_are_ready() -> None:
    """The same process; no child dies of it, and the successor ends like any other."""
    with running("good", NEXT="good good") as one:
        one.wait_for("ready")
        one.process.send_signal(signal.SIGUSR2)
        one.wait_for("reloaded")
        one.wait_for("drained")
        code = one.end()
        drained = [line["process"] for line in one.lines if line["event"] == "drained"]

        assert (code, one.descendants(), drained[0]) == (0, [], "good-1")
        assert sorted(drained[1:]) == ["good-11", "good-12"]
        assert [line for line in one.lines if line["event"] == "died"] == []


def test_program_that_would_not_start_is_not_taken() -> None:
    """The trial run says why, and everything goes on."""
    with running("good", NEXT="good", OBJECTION="no such module") as one:
        one.wait_for("ready")
        one.process.send_signal(signal.SIGUSR2)
        refused = one.wait_for("reload_refused")
        code = one.end()

        assert (refused["reason"], code, one.wait_for("drained")["process"]) == ("no such module", 0, "good-1")


def test_children_stay_when_those_of_the_new_program_fail() -> None:
    """Also then the successor replaces one that dies."""
    with running("good", NEXT="stillborn") as one:
        first = one.wait_for("up")
        one.wait_for("ready")
        one.process.send_signal(signal.SIGUSR2)
        one.wait_for("reload_refused")
        os.kill(first["pid"], signal.SIGKILL)
        replaced = one.wait_for("replaced")

        assert replaced["role"] == "good-1"


def test_watchdog_hears_of_us(tmp_path: Path) -> None:
    """WATCHDOG=1 twice in the time that systemd gives."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        with running("good", NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="100000"):
            heard = [systemd.recv(1000) for _ in range(5)]

    assert heard.count(b"WATCHDOG=1") >= 2


def test_systemd_is_told(tmp_path: Path) -> None:
    """READY=1 when all are ready, STOPPING=1 at the end (sd_notify)."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        with running("good", NOTIFY_SOCKET=str(tmp_path / "notify")) as one:
            one.wait_for("ready")
            one.end()
            heard = [systemd.recv(1000).decode().splitlines()[0] for _ in range(2)]

    assert heard == ["READY=1", "STOPPING=1"]
