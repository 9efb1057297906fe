"""The last stop in tests: takes every message and keeps its bytes exactly as they came.

Speaks just enough SMTP for a Postfix or the gateway to deliver to it. It judges nothing; faults are the
business of scripted_hop.py.
"""

import contextlib
import socket
import socketserver
import threading
from dataclasses import dataclass
from typing import Any, Self

from tests.services.ports import HOST


@dataclass(frozen=True, slots=True)
class Captured:
    """One message as it arrived."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    """CR LF lines, dot-stuffing removed."""


class Capture(socketserver.ThreadingTCPServer):
    """A listening capture; use it as a context."""

    @property
    def session(self) -> "type[Session]":
        """What talks on each connection."""
        return Session

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int = 0) -> None:
        super().__init__((HOST, port), self.session)
        self.port: int = self.server_address[1]
        self._messages: list[Captured] = []
        self._arrived = threading.Condition()
        self._connections: set[socket.socket] = set()

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def drop_connections(self) -> None:
        """Cut every connection that a client keeps for its next mail."""
        for connection in list(self._connections):
            with contextlib.suppress(OSError):  # gone already
                connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Note the connection; the base class starts its thread."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection; the base class closes it."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def keep(self, message: Captured) -> None:
        """Add a message; called by sessions."""
        with self._arrived:
            self._messages.append(message)
            self._arrived.notify_all()

    @property
    def messages(self) -> list[Captured]:
        """Everything so far."""
        with self._arrived:
            return list(self._messages)

    def containing(self, token: str) -> list[Captured]:
        """Return the messages that hold `token`, as they stand now."""
        return [one for one in self.messages if token.encode() in one.data]

    def wait_for(self, token: str, count: int = 1, seconds: float = 60) -> list[Captured]:
        """Return the messages that hold `token` when there are `count` of them; raise when the time is up."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: self._count(token) >= count, seconds):
                raise TimeoutError(f"{self._count(token)} of {count} messages with {token} arrived")
        return self.containing(token)

    def _count(self, token: str) -> int:
        return sum(token.encode() in one.data for one in self._messages)


class Session(socketserver.StreamRequestHandler):
    """One connection; `answer` is where a stand-in for faults differs."""

    server: Capture
    rbufsize = 1 << 20

    def handle(self) -> None:
        """Talk until the client leaves."""
        try:
            self._converse()
        except OSError:  # the client has gone
            return

    def answer(self, stage: str, text: str) -> None:
        """Say `text`, the good answer, at a stage: CONNECT, EHLO, MAIL, RCPT, DATA, DOT, RSET or QUIT."""
        self.say(f"{text}\r\n".encode())

    def say(self, raw: bytes) -> None:
        """Send bytes as they are."""
        self.wfile.write(raw)

    def _converse(self) -> None:
        self.answer("CONNECT", "220 capture.test ESMTP")
        sender, recipients = "", list[str]()
        while line := self.rfile.readline():
            stage = line[:4].upper().decode("latin-1")
            if stage == "EHLO":
                self.answer(stage, "250-capture.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8")
            elif stage == "MAIL":
                sender, recipients = _path(line), []
                self.answer(stage, "250 2.1.0 sender taken")
            elif stage == "RCPT":
                recipients.append(_path(line))
                self.answer(stage, "250 2.1.5 recipient taken")
            elif stage == "DATA":
                self.answer(stage, "354 go on")
                self.server.keep(Captured(sender, tuple(recipients), self._data()))
                self.answer("DOT", "250 2.0.0 kept")
            elif stage == "QUIT":
                self.answer(stage, "221 2.0.0 bye")
                return
            else:
                self.answer(stage.strip(), "250 2.0.0 fine")

    def _data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise ConnectionError("cut off inside DATA")
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)


def _path(line: bytes) -> str:
    return line.partition(b"<")[2].rpartition(b">")[0].decode()
