"""Metrics and health over HTTP, in a process of its own: whoever watches cannot slow mail down.

    /metrics   all workers' numbers added up
    /healthz   200 while this process lives
    /readyz    200 when mail can be taken; else 503; the body lists the reasons

It asks each worker on its unix socket when it is asked itself, and keeps nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from gateway.app import status
from gateway.app.status import Status
from gateway.app.units import Address

Scanner = Callable[[], str]
"""Returns the version of a clamd that answers, or raises OSError."""


class Sum(Collector):
    """Metrics of several expositions, equal samples added."""

    def __init__(self, expositions: Iterable[str]) -> None:
        self._expositions = expositions

    def collect(self) -> Iterable[Metric]:
        """Yield each family once."""
        families: dict[str, Metric] = {}
        sums: dict[str, dict[tuple[str, tuple[tuple[str, str], ...]], float]] = {}
        for text in self._expositions:
            for family in text_string_to_metric_families(text):
                families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
                values = sums.setdefault(family.name, {})
                for sample in family.samples:
                    key = (sample.name, tuple(sample.labels.items()))
                    values[key] = values.get(key, 0.0) + sample.value
        for name, family in families.items():
            for (sample_name, labels), value in sums[name].items():
                family.add_sample(sample_name, dict(labels), value)
            yield family


class Monitor:
    """A WSGI application over the workers' sockets."""

    def __init__(self, workers: Sequence[Path], scanner: Scanner, others: Sequence[Path] = ()) -> None:
        """Add up all their numbers; mail can be taken without the others."""
        self._workers = workers
        self._scanner = scanner
        self._others = others

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        pages = {"/metrics": self._metrics, "/healthz": self._alive, "/readyz": self._ready}
        page = pages.get(environ.get("PATH_INFO", ""))
        if page is None or environ.get("REQUEST_METHOD") not in {"GET", "HEAD"}:
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"GET /metrics, /healthz or /readyz\n"]
        state, kind, body = page()
        start(state, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    def scanner(self) -> tuple[str, list[str]]:
        """Return the version of clamd, or why there is none."""
        try:
            return self._scanner(), []
        except OSError as error:
            return "", [f"clamd does not answer: {error}"]

    def _metrics(self) -> tuple[str, str, bytes]:
        answers = [status.ask(path) for path in (*self._workers, *self._others)]
        registry = CollectorRegistry()
        registry.register(Sum(answer.metrics for answer in answers if answer))
        return "200 OK", CONTENT_TYPE_LATEST, generate_latest(registry)

    def _alive(self) -> tuple[str, str, bytes]:
        return "200 OK", "application/json", b'{"alive":true}\n'

    def _ready(self) -> tuple[str, str, bytes]:
        answers = {path.stem: status.ask(path) for path in self._workers}
        scanner, silence = self.scanner()
        reasons = [*_reasons(answers), *silence]
        body: Mapping[str, Any] = {
            "ready": not reasons,
            "reasons": reasons,
            "policy": sorted({answer.policy for answer in answers.values() if answer}),
            "clamd": scanner,
        }
        return "503 Service Unavailable" if reasons else "200 OK", "application/json", msgspec.json.encode(body) + b"\n"


def _reasons(answers: Mapping[str, Status | None]) -> list[str]:
    found = [f"{name} does not answer" for name, answer in answers.items() if answer is None]
    found += [f"{name} takes no more mail" for name, answer in answers.items() if answer and answer.is_draining]
    problems = dict.fromkeys(problem for answer in answers.values() if answer for problem in answer.problems)
    return found + [f"policy not taken: {problem}" for problem in problems]


class _Server(ThreadingMixIn, WSGIServer):
    allow_reuse_port = True  # after a change of settings two monitors stand side by side for a moment
    daemon_threads = True
    request_queue_size = 64


class _Quiet(WSGIRequestHandler):
    timeout = 10

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing: a scrape is not an event."""


def run(
    listen: Address,
    workers: Sequence[Path],
    scanner: Scanner,
    others: Sequence[Path],
    tell: Callable[[Mapping[str, Any]], None],
) -> int:
    """Serve until SIGTERM, which ends the process at once; the supervisor sends it after the workers have gone."""
    monitor = Monitor(workers, scanner, others)
    with make_server(listen.host, listen.port, monitor, _Server, _Quiet) as server:
        version, silence = monitor.scanner()
        tell({"monitor": str(listen), "clamd": version or silence[0]})
        server.serve_forever()
    return 0
