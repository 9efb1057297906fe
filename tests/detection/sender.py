"""Sends the cases over SMTP as exact bytes, several connections at once, and tells what each got."""

import queue
import re
import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from tests.detection.case import Case
from tests.services.ports import HOST

CONNECTIONS = 6
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
    connection: Connection | None = None
    while True:
        try:
            number, case = waiting.get_nowait()
        except queue.Empty:
            break
        raw = case.make()
        sender = f"case-{number}@sender.example"
        try:
            connection = connection or Connection(port)
            reply = connection.send(case, raw, sender)
        except OSError as error:
            reply = f"000 {error}"
        done.append(Sent(case, raw, sender, reply))
        if connection is not None and (case.is_wire or not reply.startswith("2")):
            connection.close()  # what a client pipelined behind a refusal must not count for the next case
            connection = None
    if connection is not None:
        connection.close()
