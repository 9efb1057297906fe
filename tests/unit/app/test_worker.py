"""The real gateway: it takes mail, ends in good order, and outlives its workers."""

import os
import signal
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.ports import HOST, is_listening, wait_until
from tests.unit.app.running import Running
from tests.unit.app.serving import Place, place

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def here() -> Iterator[Place]:
    """Give a folder."""
    with place() as one:
        yield one


@pytest.fixture
def running(here: Place) -> Iterator[Running]:
    """Run a gateway that is ready."""
    with here.serve() as one:
        one.wait_for("ready")
        yield one


def children_of(pid: int) -> list[int]:
    """Return the direct children of a process, oldest first."""
    return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def test_ready_line_names_what_is_served(here: Place, running: Running) -> None:
    """Listeners, policy, and that clamd is silent."""
    ready = running.wait_for("ready")

    assert (ready["listeners"], ready["monitor"]) == ([f"{HOST}:{here.port}"], f"{HOST}:{here.monitor}")
    assert ready["clamd"].startswith("clamd does not answer: unix:/nonexistent/clamd.ctl")


def test_mail_is_put_off_without_a_scanner_and_leaves_one_line(here: Place, running: Running) -> None:
    """The whole path: door, child, scanner, policy, reply, record."""
    with smtplib.SMTP(HOST, here.port, local_hostname="client.test") as client:
        client.ehlo()
        client.mail("a@sender.test")
        client.rcpt("b@example.test")
        code, text = client.data(b"Subject: hi\r\n\r\nhello\r\n")
    line = running.wait_for("message")

    assert (code, text.split(b":")[0]) == (451, b"4.3.0 scanner_down")
    assert (line["action"], line["reasons"], line["process"]) == ("defer", ["scanner_down"], "worker-1")
    assert [one["detected"] for one in line["artifacts"]] == ["text/plain"]


def test_sigterm_ends_all_with_0(running: Running) -> None:
    """No process and no socket is left."""
    assert (running.end(), running.descendants()) == (0, [])


def test_ctrl_c_ends_like_sigterm(running: Running) -> None:
    """SIGINT to the whole group, as a terminal sends it."""
    os.killpg(running.process.pid, signal.SIGINT)

    assert (running.finish(), running.descendants()) == (0, [])


def test_killed_worker_is_replaced_and_serves(here: Place, running: Running) -> None:
    """Kill -9 of a worker costs its connections, not the service."""
    os.kill(children_of(running.process.pid)[0], signal.SIGKILL)
    running.wait_for("replaced")
    with smtplib.SMTP(HOST, here.port) as client:
        assert client.noop()[0] == 250


def test_nothing_survives_a_killed_supervisor(here: Place, running: Running) -> None:
    """Workers, the monitor, and the children that examine mail end as well; the port is free."""
    running.process.kill()

    assert running.wait_until_alone() == []
    assert not is_listening(here.port)


def test_lost_nursery_replaces_the_worker(here: Place, running: Running) -> None:
    """A worker that cannot examine mail any more gives way to a whole one."""
    worker = children_of(running.process.pid)[0]
    os.kill(children_of(worker)[0], signal.SIGKILL)
    running.wait_for("worker_incomplete")
    running.wait_for("replaced")

    assert is_listening(here.port)


def test_sighup_takes_new_policies(here: Place, running: Running) -> None:
    """Within a moment, in each worker."""
    here.tenant.write_text(here.tenant.read_text().replace("example.test,", "other.test,"))
    running.process.send_signal(signal.SIGHUP)
    running.wait_for("policies_loaded")
    with smtplib.SMTP(HOST, here.port) as client:
        client.ehlo()
        client.mail("a@sender.test")

        assert client.rcpt("b@other.test")[0] == 250


def test_worker_that_starts_over_broken_policies_serves_the_last_right_ones(here: Place, running: Running) -> None:
    """A typo and a crash together are no outage."""
    here.tenant.write_text("tenant: [")
    running.wait_for("policies_broken")
    os.kill(children_of(running.process.pid)[0], signal.SIGKILL)
    running.wait_for("replaced")
    with smtplib.SMTP(HOST, here.port) as client:
        client.ehlo()
        client.mail("a@sender.test")

        assert client.rcpt("b@example.test")[0] == 250


def test_workers_share_one_port() -> None:
    """Each listens by itself; both serve."""
    with place(workers=2) as here, here.serve() as running:
        running.wait_for("ready")
        served: set[str] = set()

        def has_reached_both() -> bool:
            with smtplib.SMTP(HOST, here.port) as client:
                client.ehlo()
                client.mail("a@sender.test")
                client.rcpt("b@nowhere.test")
            served.add(running.wait_for("refused", len(served_lines) + 1)["process"])
            served_lines.append(1)
            return len(served) == 2

        served_lines: list[int] = []
        wait_until(has_reached_both, lambda: running.process.poll() is None, 30, "the other worker")

        assert served == {"worker-1", "worker-2"}
