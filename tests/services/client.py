"""A sender that says exactly what the test wants, and keeps what it was told."""

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from tests.services.ports import HOST

SENDER = "anna@sender.example"
RECIPIENT = "bob@example.test"


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole SMTP reply."""

    code: int
    text: str
    """Lines without codes, joined by a blank."""

    @property
    def id(self) -> str:
        """The gateway's id of the message, as it stands in the reply."""
        found = re.search(r"\bid=(\w+)", self.text)
        assert found, self.text
        return found[1]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class Client:
    """One connection; use it as a context."""

    def __init__(self, port: int, helo: str = "sender.example") -> None:
        self._socket = socket.create_connection((HOST, port), timeout=120)
        self._lines = self._socket.makefile("rb")
        try:
            self.greeting = self.answer()
            self.features = self.command(f"EHLO {helo}") if self.greeting.code == 220 else self.greeting
        except OSError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection without a word."""
        self._lines.close()
        self._socket.close()

    def answer(self) -> Answer:
        """Read one reply; code 0 when the connection ends instead."""
        texts = []
        while line := self._lines.readline():
            texts.append(line[4:].rstrip(b"\r\n").decode("utf-8", "replace"))
            if line[3:4] != b"-":
                return Answer(int(line[:3]), " ".join(texts))
        return Answer(0, "closed")

    def say(self, raw: bytes) -> None:
        """Send bytes as they are."""
        self._socket.sendall(raw)

    def command(self, line: str) -> Answer:
        """Send a line and read its reply."""
        self.say(line.encode() + b"\r\n")
        return self.answer()

    def envelope(self, sender: str = SENDER, recipients: Iterable[str] = (RECIPIENT,), options: str = "") -> Answer:
        """Give MAIL and RCPT; return the first refusal, or the last reply."""
        said = self.command(f"MAIL FROM:<{sender}>{options}")
        for recipient in recipients:
            if said.code != 250:
                break
            said = self.command(f"RCPT TO:<{recipient}>")
        return said

    def data(self, raw: bytes) -> Answer:
        """Give DATA and a message, dots stuffed; return the reply to it."""
        said = self.command("DATA")
        if said.code != 354:
            return said
        stuffed = raw.replace(b"\r\n.", b"\r\n..")
        self.say((b"." if raw.startswith(b".") else b"") + stuffed + (b"" if raw.endswith(b"\r\n") else b"\r\n"))
        return self.command(".")

    def send(self, raw: bytes, sender: str = SENDER, recipient: str = RECIPIENT) -> Answer:
        """Send one message; return the first refusal, or the reply to it."""
        said = self.envelope(sender, (recipient,))
        return self.data(raw) if said.code == 250 else said


def send(port: int, raw: bytes, sender: str = SENDER, recipient: str = RECIPIENT) -> Answer:
    """Send one message on a connection of its own."""
    with Client(port) as client:
        return client.send(raw, sender, recipient)
