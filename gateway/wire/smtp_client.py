"""The sending side of SMTP and LMTP as a state machine: bytes in, events out; no sockets, no clock.

It greets by itself (EHLO, HELO where EHLO is unknown, LHLO for LMTP, STARTTLS and EHLO again with everything
forgotten), then takes commands. They are sent together where the hop offers PIPELINING (RFC 2920) and one by one
where it does not; answers come in order. Any 2xx means accepted, only 3xx starts the data, and a reply that
does not fit its command, or that nobody asked for, is `BadReply`: never success.
"""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from gateway.model.envelope import Envelope, Recipient, Sender
from gateway.model.reply import Reply
from gateway.model.tenant import Scheme
from gateway.wire import smtp_commands
from gateway.wire.smtp_commands import Extensions
from gateway.wire.smtp_replies import BadReply, ReplyParser
from gateway.wire.stuffing import Stuffer


class Tls(StrEnum):
    """When to use STARTTLS."""

    MAY = "may"
    """Where offered; no certificate is checked, and what fails goes on in plaintext (RFC 7435)."""
    VERIFY = "verify"
    """Always, with a certificate that proves the hop's name."""
    NEVER = "never"


class Verb(StrEnum):
    """What a reply can answer."""

    GREETING = "greeting"
    HELLO = "hello"
    """EHLO, or LHLO."""
    HELO = "helo"
    STARTTLS = "starttls"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    MESSAGE = "message"
    """The message itself, after the final dot."""
    RSET = "rset"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Greeted:
    """The hop is ready for MAIL."""


@dataclass(frozen=True, slots=True)
class TlsAgreed:
    """The TLS handshake is due; call `tls_started` after it."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The hop does not want to talk to us, or cannot do it as it must."""

    verb: Verb
    reply: Reply


@dataclass(frozen=True, slots=True)
class Answered:
    """The reply to a command of a transaction."""

    verb: Verb
    reply: Reply


Event = Greeted | TlsAgreed | Rejected | Answered

_GROUPED = frozenset({Verb.MAIL, Verb.RCPT, Verb.RSET})
"""What may stand before another command in one group (RFC 2920 section 3.1)."""


class SmtpClient:
    """One connection. Feed `receive`, send what `take` gives, ask `next_event` until it is None."""

    def __init__(self, hostname: str, scheme: Scheme = Scheme.SMTP, tls: Tls = Tls.MAY) -> None:
        self.extensions = Extensions()
        self.is_closing = False
        """The hop said 421."""
        self.has_transaction = False
        """MAIL was accepted, and neither a message nor RSET ended it."""
        self._hostname, self._scheme, self._tls = hostname, scheme, tls
        self._parser = ReplyParser()
        self._waiting: deque[tuple[Verb, bytes]] = deque()
        self._due: deque[Verb] = deque([Verb.GREETING])
        self._outgoing = bytearray()
        self._accepted = 0
        self._stuffer: Stuffer | None = None

    @property
    def is_in_step(self) -> bool:
        """Tell whether nothing is under way and nothing came unasked: a command may start here."""
        busy = self._due or self._waiting or self._stuffer
        return not (busy or self.is_closing) and self._parser.is_empty

    def receive(self, data: bytes) -> None:
        """Take bytes from the hop."""
        self._parser.feed(data)

    def take(self) -> bytes:
        """Return the bytes to send now."""
        data = bytes(self._outgoing)
        self._outgoing.clear()
        return data

    def next_event(self) -> Event | None:
        """Return the next thing that happened; None until more bytes come. Raises `BadReply`."""
        while (reply := self._parser.next_reply()) is not None:
            self.is_closing |= reply.code == 421
            if not self._due:
                raise BadReply(f"a reply that nobody asked for: {reply}")
            event = self._take_reply(self._due.popleft(), reply)
            self._pump()
            if event is not None:
                return event
        return None

    def tls_started(self) -> None:
        """Begin again over TLS: whatever was said or came before is forgotten (RFC 3207 section 4.2)."""
        self._parser, self._tls = ReplyParser(), Tls.NEVER
        self.extensions = Extensions()
        self._hello()

    def mail(self, sender: Sender, envelope: Envelope, size: int | None) -> None:
        """Ask for MAIL. Raises `BadPath`."""
        self._ask(Verb.MAIL, smtp_commands.mail(sender, envelope, size, self.extensions))
        self._accepted = 0

    def rcpt(self, recipient: Recipient) -> None:
        """Ask for RCPT. Raises `BadPath`."""
        self._ask(Verb.RCPT, smtp_commands.rcpt(recipient, self.extensions))

    def data(self) -> None:
        """Ask for DATA; where the answer is 3xx, `body` and `end` must follow."""
        self._ask(Verb.DATA, b"DATA\r\n")

    def body(self, chunk: bytes) -> bytes:
        """Return the next piece of the message (CR LF lines) as it is to be sent."""
        return self._open_stuffer().feed(chunk)

    def pass_by(self) -> None:
        """Take note that a part of the message is sent as it lies in a file; `body` must follow."""
        self._open_stuffer().pass_by()

    def end(self) -> bytes:
        """Return the end of the message. Once it is sent, the hop may have the message."""
        ending = self._open_stuffer().end()
        self._stuffer = None
        return ending

    def rset(self) -> None:
        """Ask for RSET."""
        self._ask(Verb.RSET, b"RSET\r\n")

    def quit(self) -> None:
        """Ask for QUIT."""
        self._ask(Verb.QUIT, b"QUIT\r\n")

    def _open_stuffer(self) -> Stuffer:
        if self._stuffer is None:
            raise RuntimeError("no message is under way")
        return self._stuffer

    def _hello(self) -> None:
        verb = "LHLO" if self._scheme is Scheme.LMTP else "EHLO"
        self._ask(Verb.HELLO, f"{verb} {self._hostname}\r\n".encode())

    def _ask(self, verb: Verb, line: bytes) -> None:
        self._waiting.append((verb, line))
        self._pump()

    def _pump(self) -> None:
        """Send what may go now."""
        while self._waiting and (not self._due or (self.extensions.pipelining and self._due[-1] in _GROUPED)):
            verb, line = self._waiting.popleft()
            self._due.append(verb)
            self._outgoing += line

    def _take_reply(self, verb: Verb, reply: Reply) -> Event | None:
        if reply.is_positive if verb is Verb.DATA else reply.is_intermediate:
            raise BadReply(f"{reply} as the answer to {verb}")
        match verb:
            case Verb.GREETING | Verb.HELLO | Verb.HELO:
                return self._greet(verb, reply)
            case Verb.STARTTLS:
                return self._agree_on_tls(reply)
            case Verb.MAIL:
                self.has_transaction = reply.is_positive
            case Verb.RCPT:
                self._accepted += reply.is_positive
            case Verb.DATA if reply.is_intermediate:
                self._stuffer = Stuffer()
                # RFC 2033 section 4.2: LMTP answers once for each accepted recipient
                self._due.extend([Verb.MESSAGE] * (self._accepted if self._scheme is Scheme.LMTP else 1))
            case Verb.MESSAGE:
                self._end_message(reply)
            case Verb.RSET:
                self.has_transaction = self.has_transaction and not reply.is_positive
            case _:
                pass
        return Answered(verb, reply)

    def _end_message(self, reply: Reply) -> None:
        if self._stuffer and reply.is_positive:
            raise BadReply(f"{reply} before the end of the message")
        self.has_transaction = bool(self._due)

    def _greet(self, verb: Verb, reply: Reply) -> Event | None:
        """Take the next step of the greeting; what is no step further is an event."""
        if verb is Verb.HELLO and reply.is_permanent and self._scheme is Scheme.SMTP:
            self._ask(Verb.HELO, f"HELO {self._hostname}\r\n".encode())
            return None
        if not reply.is_positive:
            return Rejected(verb, reply)
        if verb is Verb.GREETING:
            self._hello()
            return None
        self.extensions = Extensions.of(reply) if verb is Verb.HELLO else Extensions()
        if self.extensions.starttls and self._tls is not Tls.NEVER:
            self._ask(Verb.STARTTLS, b"STARTTLS\r\n")
            return None
        return Rejected(Verb.STARTTLS, reply) if self._tls is Tls.VERIFY else Greeted()

    def _agree_on_tls(self, reply: Reply) -> Event:
        if reply.is_positive:
            return TlsAgreed()
        may_go_on = self._tls is Tls.MAY and not self.is_closing
        return Greeted() if may_go_on else Rejected(Verb.STARTTLS, reply)
