"""Sends the cases over SMTP as exact bytes, several connections at once, and tells what each got."""

import queue
import re
import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from tests.detection.case import Case
from tests.services.ports import HOST

CONNECTIONS = 4
RETRIES = 2
_Socket = socket.socket  # pytest-socket guards the name later
_LINE_START = re.compile(rb"(?:\A|(?<=\r\n))\.")


@dataclass(frozen=True, slots=True)
class Sent:
    """One case, the address it was sent from, and the last reply to it."""

    case: Case
    raw: bytes
    sender: str
    reply: str


class Connection:
    """One SMTP connection that gives MAIL, RCPT and DATA in one go (RFC 2920)."""

    def __init__(self, port: int) -> None:
        self._socket = _Socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.settimeout(120)
        self._socket.connect((HOST, port))
        self._replies = self._socket.makefile("rb")
        self._reply()
        self._socket.sendall(b"EHLO sender.example\r\n")
        self._reply()

    def close(self) -> None:
        """End the connection without a word."""
        self._replies.close()
        self._socket.close()

    def send(self, case: Case, raw: bytes, sender: str) -> str:
        """Return the first refusal, or the reply to the message."""
        body = "" if raw.isascii() else " BODY=8BITMIME"
        envelope = f"MAIL FROM:<{sender}>{body}{case.options}\r\nRCPT TO:<{case.recipient}>\r\nDATA\r\n"
        self._socket.sendall(envelope.encode())
        answers = [self._reply() for _ in range(3)]
        for answer in answers:
            if answer[:1] not in "23":
                return answer
        self._socket.sendall(raw if case.is_wire else _LINE_START.sub(b"..", raw) + b".\r\n")
        return self._reply()

    def _reply(self) -> str:
        texts: list[str] = []
        while line := self._replies.readline():
            texts.append(line.decode("utf-8", "replace").rstrip("\r\n"))
            if line[3:4] != b"-":
                return " / ".join(texts)
        return "000 closed"


def send_all(port: int, cases: Iterable[Case]) -> list[Sent]:
    """Send every case from an address of its own; one reply each."""
    waiting: queue.SimpleQueue[tuple[int, Case]] = queue.SimpleQueue()
    for numbered in enumerate(cases):
        waiting.put(numbered)
    done: list[Sent] = []
    threads = [threading.Thread(target=_work, args=(port, waiting, done)) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def _work(port: int, waiting: "queue.SimpleQueue[tuple[int, Case]]", done: list[Sent]) -> None:
    line = _Line(port)
    while True:
        try:
            number, case = waiting.get_nowait()
        except queue.Empty:
            break
        raw, sender = case.make(), f"case-{number}@sender.example"
        reply = line.send(case, raw, sender)
        for _ in range(RETRIES):  # as a sender does whose mail met a busy moment
            if reply.startswith("4"):
                reply = line.send(case, raw, sender)
        done.append(Sent(case, raw, sender, reply))
    line.hang_up()


class _Line:
    """A connection that is opened anew after anything but a delivery."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection: Connection | None = None

    def send(self, case: Case, raw: bytes, sender: str) -> str:
        """Return the reply to one message."""
        try:
            self._connection = self._connection or Connection(self._port)
            reply = self._connection.send(case, raw, sender)
        except OSError as error:
            reply = f"000 {error}"
        if case.is_wire or not reply.startswith("2"):
            self.hang_up()  # what stands behind a refusal on the wire must not count for the next case
        return reply

    def hang_up(self) -> None:
        """End the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
