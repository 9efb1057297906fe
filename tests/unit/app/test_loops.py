"""The process of jobs, as it really runs."""

import os
import signal
import sys
from collections.abc import Iterator

import pytest

from gateway.app import status
from tests.services.ports import wait_until
from tests.unit.app.running import Running
from tests.unit.app.serving import Place, place

pytestmark = pytest.mark.enable_socket

LISTINGS = """
[hosting]
domains = ["one.example", "two.example"]
[listings]
sources = ["web:http://127.0.0.1:1/{domain}"]
"""


@pytest.fixture
def here() -> Iterator[Place]:
    """Make a gateway's folder."""
    with place() as one:
        yield one


def _jobs(here: Place) -> Running:
    command = [sys.executable, "-P", "-m", "gateway", "serve", "--role", "jobs", "--config", str(here.settings)]
    return Running(command, {})


def test_without_domains_it_looks_after_files(here: Place) -> None:
    """There may be some from before; it ends when it is told to."""
    with _jobs(here) as running:
        ready = running.wait_for("ready")
        code = running.end(signal.SIGTERM)

    assert (["policies", "rescans", "retention"], 0) == (ready["jobs"], code)


def test_numbers_of_loops_are_on_the_socket(here: Place) -> None:
    """Runs, failures in a row, and the age of the last good run; a source that is down is no failure."""
    here.add(LISTINGS)
    socket = status.jobs_place(here.folder / "var/run")
    with _jobs(here) as running:
        running.wait_for("ready")

        def has_run() -> bool:
            told = status.ask(socket)
            return told is not None and 'postern_job_age_seconds{job="listings"}' in told.metrics

        wait_until(has_run, lambda: running.process.poll() is None, 30, "the first round")
        told = status.ask(socket)
        code = running.end(signal.SIGTERM)

    assert told is not None
    assert 'postern_job_failures{job="listings"} 0.0' in told.metrics
    assert (0, ()) == (code, told.problems)


def test_killed_process_is_followed_by_another(here: Place) -> None:
    """On the same socket."""
    here.add(LISTINGS)
    with _jobs(here) as running:
        running.wait_for("ready")
        for pid in running.descendants():
            os.kill(pid, signal.SIGKILL)
        running.wait_for("replaced")
        told = status.ask(status.jobs_place(here.folder / "var/run"))
        code = running.end(signal.SIGTERM)

    assert (0, True) == (code, told is not None)
