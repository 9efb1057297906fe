"""The SMTP envelope: who is connected, who sends, who receives (RFC 5321 section 2.3.1)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peer:
    """The client at the other end of the connection."""

    ip: str
    port: int
    helo: str = ""
    tls: str = ""
    """TLS version and cipher as the trace field shows them; empty on a plaintext connection."""
    esmtp: bool = True
    """The client greeted with EHLO; decides the `with` word of the trace field (RFC 3848)."""
    lmtp: bool = False
    """It speaks LMTP."""


@dataclass(frozen=True, slots=True)
class Option:
    """One ESMTP parameter of MAIL or RCPT; the keyword in upper case."""

    keyword: str
    value: str | None = None

    def __str__(self) -> str:
        return self.keyword if self.value is None else f"{self.keyword}={self.value}"


@dataclass(frozen=True, slots=True)
class Sender:
    """The reverse-path; `address` is None for the null sender `<>`."""

    address: str | None
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipient:
    """A forward-path with its own options, never shared with another recipient's."""

    address: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Envelope:
    """One mail transaction."""

    peer: Peer
    sender: Sender
    recipients: tuple[Recipient, ...]
    smtputf8: bool = False
    body: str = "7BIT"
    """The declared BODY= value: 7BIT or 8BITMIME (RFC 6152)."""
    queue_id: str | None = None
    """What the MTA calls the message, where it asks us as its milter and keeps it (empty if it does not say);
    None where we are a hop of our own."""
