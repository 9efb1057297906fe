"""Health and metrics over all workers."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from gateway.app.metrics import Metrics
from gateway.app.monitor import Monitor, Sum
from gateway.app.status import Status, offer
from tests.unit.app.samples import record

CLAMD = "ClamAV 1.4.3/27800"


def answering() -> str:
    """Stand for a clamd that answers."""
    return CLAMD


def silent() -> str:
    """Stand for a clamd that is down."""
    raise ConnectionRefusedError("Connection refused")


async def get(monitor: Monitor, path: str) -> tuple[str, bytes]:
    """Ask for a page; return status and body."""
    environ: dict[str, Any] = {}
    setup_testing_defaults(environ)
    environ["PATH_INFO"] = path
    states: list[str] = []
    body = await asyncio.to_thread(lambda: b"".join(monitor(environ, lambda state, *_: states.append(state))))  # type: ignore[arg-type]
    return states[0], body


@pytest.fixture
async def workers(tmp_path: Path) -> AsyncIterator[list[Path]]:
    """Two workers, each with one message counted; the second could not take its policy files."""
    metrics = Metrics()
    metrics.read({"connections": ("Connections now.", lambda: 3.0)})
    metrics.count(record())
    paths = [tmp_path / "worker-1.sock", tmp_path / "worker-2.sock"]
    text = metrics.exposition().decode()
    async with (
        await offer(paths[0], lambda: Status("v1", (), text)),
        await offer(paths[1], lambda: Status("v1", ("acme.yaml:3:1: unknown key",), text)),
    ):
        yield paths


async def test_metrics_of_workers_are_added_up(workers: list[Path]) -> None:
    """Counters, buckets and gauges alike; a worker that is away is left out."""
    state, body = await get(Monitor([*workers, Path("absent.sock")], answering), "/metrics")
    lines = body.decode().splitlines()

    assert state == "200 OK"
    assert 'postern_messages_total{action="allow",reply="2xx"} 2.0' in lines
    assert 'postern_step_seconds_bucket{le="0.05",step="relay"} 2.0' in lines
    assert "postern_connections 6.0" in lines


async def test_numbers_of_jobs_are_added_and_mail_does_not_need_them(workers: list[Path], tmp_path: Path) -> None:
    """Where there is a process of jobs, its metrics stand with the others; readiness is the workers' business."""
    jobs = tmp_path / "jobs.sock"
    async with await offer(
        jobs, lambda: Status("", ("listings: odd",), "# TYPE job_runs counter\njob_runs_total 7.0\n")
    ):
        _, body = await get(Monitor(workers[:1], answering, [jobs, Path("absent.sock")]), "/metrics")
        state, _ = await get(Monitor(workers[:1], answering, [jobs]), "/readyz")

    assert "job_runs_total 7.0" in body.decode().splitlines()
    assert "200 OK" == state


async def test_ready_while_all_is_well(workers: list[Path]) -> None:
    """200 with the versions that are served."""
    state, body = await get(Monitor(workers[:1], answering), "/readyz")

    assert state == "200 OK"
    assert json.loads(body) == {"ready": True, "reasons": [], "policy": ["v1"], "clamd": CLAMD}


async def test_every_reason_for_not_being_ready_is_told(workers: list[Path]) -> None:
    """A worker that is away, a policy that was not taken, a clamd that is down."""
    state, body = await get(Monitor([*workers, Path("worker-3.sock")], silent), "/readyz")

    assert state == "503 Service Unavailable"
    assert json.loads(body)["reasons"] == [
        "worker-3 does not answer",
        "policy not taken: acme.yaml:3:1: unknown key",
        "clamd does not answer: Connection refused",
    ]


async def test_worker_that_drains_is_not_ready(tmp_path: Path) -> None:
    """A load balancer learns it while the last messages end."""
    path = tmp_path / "worker-1.sock"
    async with await offer(path, lambda: Status("v1", (), "", is_draining=True)):
        state, body = await get(Monitor([path], answering), "/readyz")

    assert state == "503 Service Unavailable"
    assert json.loads(body)["reasons"] == ["worker-1 takes no more mail"]


async def test_alive_needs_nobody() -> None:
    """Liveness does not hang on workers or clamd."""
    assert await get(Monitor([Path("absent.sock")], silent), "/healthz") == ("200 OK", b'{"alive":true}\n')


async def test_other_pages_do_not_exist() -> None:
    """No listing, no file."""
    assert (await get(Monitor([], answering), "/etc/passwd"))[0] == "404 Not Found"


def test_sum_of_one_is_the_same() -> None:
    """Nothing is lost or renamed on the way through the parser."""
    metrics = Metrics()
    metrics.read({"connections": ("Connections now.", lambda: 3.0)})
    metrics.count(record(infected=True))
    registry = CollectorRegistry()
    registry.register(Sum([metrics.exposition().decode()]))

    assert sorted(generate_latest(registry).splitlines()) == sorted(metrics.exposition().splitlines())
