"""The sending conversation, played from scripts in tests/dialogues/client.

A script has `hop:` and `tls:` settings, `S:` lines of the hop, `C:` lines that we must have sent by then (and no
others), `>` what the local side asks for, `=` events in order, and `#` comments.
"""

from collections import deque
from pathlib import Path

import pytest

from gateway.model.envelope import Envelope, Option, Peer, Recipient, Sender
from gateway.model.tenant import Scheme
from gateway.wire.smtp_client import Answered, Event, Greeted, Rejected, SmtpClient, Tls, TlsAgreed
from gateway.wire.smtp_commands import Extensions
from gateway.wire.smtp_replies import BadReply

SCRIPTS = sorted((Path(__file__).parents[2] / "dialogues" / "client").glob("*.txt"))


class Player:
    """Plays one script against a client."""

    def __init__(self, script: str, piece: int) -> None:
        self._lines = [line for line in script.splitlines() if line and not line.startswith("#")]
        self._piece = piece
        settings = dict(line.split(": ") for line in self._lines if line.startswith(("hop:", "tls:")))
        hop, tls = Scheme(settings.get("hop", "smtp")), Tls(settings.get("tls", "may"))
        self.client = SmtpClient("gw.example", hop, tls)
        self._sent = b""
        self._events: deque[str] = deque()

    def play(self) -> None:
        """Go through the script; what it does not mention must not happen."""
        for line in self._lines:
            word, _, rest = line.partition(" ")
            match word:
                case "S:":
                    assert self._sent == b"", f"sent before {line}"
                    self._receive(rest.encode() + b"\r\n")
                case "C:":
                    got, _, self._sent = self._sent.partition(b"\r\n")
                    assert rest == got.decode()
                case ">":
                    self._act(*rest.split(" ", 1))
                case "=":
                    assert self._events, f"nothing happened for {line}"
                    assert rest == self._events.popleft()
        assert (b"", deque()) == (self._sent, self._events)

    def _receive(self, data: bytes) -> None:
        for start in range(0, len(data), self._piece):
            self.client.receive(data[start : start + self._piece])
            try:
                while event := self.client.next_event():
                    self._events.append(_show(event))
            except BadReply:
                self._events.append("bad reply")
                return
        self._sent += self.client.take()

    def _act(self, verb: str, rest: str = "") -> None:
        address, *options = rest.split(" ")
        given = {key: value for key, _, value in (option.partition("=") for option in options)}
        parameters = tuple(Option(key, value) for key, value in given.items() if key != "SIZE")
        match verb:
            case "mail":
                sender = Sender(None if address == "-" else address, parameters)
                size = int(given["SIZE"]) if "SIZE" in given else None
                self.client.mail(sender, Envelope(Peer("192.0.2.1", 1), sender, ()), size)
            case "rcpt":
                self.client.rcpt(Recipient(address, parameters))
            case "body":
                self._sent += self.client.body(rest.encode().decode("unicode_escape").encode())
            case "end":
                self._sent += self.client.end()
            case "tls":
                self.client.tls_started()
            case _:
                {"data": self.client.data, "rset": self.client.rset, "quit": self.client.quit}[verb]()
        self._sent += self.client.take()


def _show(event: Event) -> str:
    match event:
        case Greeted():
            return "greeted"
        case TlsAgreed():
            return "tls"
        case Rejected(verb, reply):
            return f"rejected {verb} {reply}"
        case Answered(verb, reply):
            return f"answered {verb} {reply}"


@pytest.mark.parametrize("piece", [1, 7, 10_000])
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_dialogue(script: Path, piece: int) -> None:
    """The script is followed to the letter, however the hop's bytes are cut."""
    Player(script.read_text(), piece).play()


def ready_client() -> SmtpClient:
    client = SmtpClient("gw.example")
    client.receive(b"220 mx\r\n250 mx\r\n"[:8])

    assert client.next_event() is None
    client.receive(b"250 mx\r\n")
    assert Greeted() == client.next_event()
    client.take()
    return client


def test_in_step_only_while_nothing_is_under_way() -> None:
    """A command that waits for its answer, or a half-line that nobody asked for, makes the connection unusable."""
    client = ready_client()
    expected = [True, False, True, False]
    seen = [client.is_in_step]
    client.rset()
    seen.append(client.is_in_step)
    client.receive(b"250 ok\r\n")
    client.next_event()
    seen.append(client.is_in_step)
    client.receive(b"42")
    seen.append(client.is_in_step)

    assert expected == seen


def test_421_ends_it() -> None:
    """After 421 the hop closes: the connection is not used for anything more."""
    client = ready_client()
    client.rset()
    client.receive(b"421 4.3.2 going down\r\n")
    client.next_event()

    assert client.is_closing
    assert not client.is_in_step


def test_what_came_before_the_handshake_is_discarded() -> None:
    """The beginning of a reply, put in behind the 220 of STARTTLS, does not become part of one over TLS."""
    client = SmtpClient("gw.example")
    seen = []
    for said in (b"220 mx\r\n", b"250-mx\r\n250 STARTTLS\r\n", b"220 go\r\n250-mx\r\n250-SMTPUTF8\r\n250-"):
        client.receive(said)
        seen.append(client.next_event())
    client.tls_started()
    client.receive(b"250-mx\r\n250 SIZE\r\n")
    seen.append(client.next_event())

    assert [None, None, TlsAgreed(), Greeted()] == seen
    assert Extensions(size=True) == client.extensions


def test_a_transaction_ends_with_the_message_or_with_rset() -> None:
    """Whether RSET is due is known from the answers alone."""
    client = ready_client()
    envelope = Envelope(Peer("192.0.2.1", 1), Sender(None), ())
    expected = [False, True, False, True, True, False]
    seen = []
    for ask, answer in (
        (lambda: client.mail(Sender(None), envelope, None), b"550 no\r\n"),
        (lambda: client.mail(Sender(None), envelope, None), b"250 ok\r\n"),
        (client.rset, b"250 ok\r\n"),
        (lambda: client.mail(Sender(None), envelope, None), b"250 ok\r\n"),
        (client.data, b"354 go\r\n"),
        (client.end, b"550 no\r\n"),
    ):
        ask()
        client.receive(answer)
        client.next_event()
        seen.append(client.has_transaction)

    assert expected == seen


def test_no_body_without_data() -> None:
    """Message bytes cannot be sent where the hop would take them for commands."""
    with pytest.raises(RuntimeError):
        ready_client().body(b"x")
