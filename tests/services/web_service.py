"""A small HTTP server on the loopback whose answers a test gives; stands for services that are not ours to run."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.services.ports import HOST


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked."""

    method: str
    path: str
    headers: dict[str, str]
    """By their names in lower case."""
    body: bytes

    def json(self) -> Any:
        """Return the body read as JSON."""
        return json.loads(self.body)


Answer = Callable[[Request], tuple[int, object]]
"""Returns status and body: bytes, or what becomes JSON."""


@dataclass(slots=True)
class WebService:
    """A running one."""

    url: str
    answer: Answer
    """May be changed while it runs."""
    requests: list[Request] = field(default_factory=list)


@contextmanager
def web_service(answer: Answer) -> Iterator[WebService]:
    """Answer every request with what `answer` returns for it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, headers, self.rfile.read(length))
            service.requests.append(request)
            status, content = service.answer(request)
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name is the base class's

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        service = WebService(f"http://{HOST}:{server.server_address[1]}", answer)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield service
        finally:
            server.shutdown()
