"""A message as the MTA tells of it, rebuilt in the spool: what the SMTP door would have received.

The header is the fields as they are given, their line ends made CR LF; then an empty line, and the body as it
comes. Where the MTA does not keep the white space behind the colon, one blank stands there.
"""

from dataclasses import dataclass, field

from gateway.doors.reception import Reception
from gateway.model.envelope import Envelope, Option, Peer, Recipient, Sender
from gateway.model.errors import GatewayError
from gateway.model.policyset import PolicySet
from gateway.model.span import Span
from gateway.model.tenant import Group

_MOST_FIELDS = 10_000
"""Whose places are remembered; a message with more is far beyond what any policy lets pass."""


@dataclass(slots=True)
class Transaction:
    """From MAIL to the verdict, or to whatever ends it before."""

    id: str
    peer: Peer
    sender: Sender
    policies: PolicySet
    """The set with which it began."""
    recipients: list[Recipient] = field(default_factory=list)
    """Those that a tenant has, and those that are left to the MTA beside them."""
    group: Group | None = None
    """None as long as no recipient has a tenant."""
    reception: Reception | None = None
    lost: GatewayError | None = None
    """What kept the message from being taken; the answer to its end."""
    fields: list[tuple[bytes, Span]] = field(default_factory=list)
    """Name and place of each header field, as the MTA holds them."""
    header: bytearray = field(default_factory=bytearray)
    """Fields that are not in the spool yet."""
    head: int = 0
    """Octets of the header, without the empty line behind it."""

    def envelope(self, queue_id: str) -> Envelope:
        """Return the envelope."""
        values = {option.keyword: option.value for option in self.sender.options}
        return Envelope(
            peer=self.peer,
            sender=self.sender,
            recipients=tuple(self.recipients),
            smtputf8="SMTPUTF8" in values,
            body=(values.get("BODY") or "7BIT").upper(),
            queue_id=queue_id,
        )

    def keep_field(self, name: bytes, value: bytes, *, has_space: bool) -> bytes:
        """Note a header field and return it as it stood in the message."""
        text = value.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        raw = b"%b:%b%b\r\n" % (name, b"" if has_space else b" ", text)
        if len(self.fields) < _MOST_FIELDS:
            self.fields.append((name, Span(self.head, self.head + len(raw))))
        self.head += len(raw)
        return raw


def path(argument: bytes) -> str:
    """Return the address in a path, which the MTA has checked, without brackets and source route."""
    text = argument.decode("utf-8", "replace").strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    return text.partition(":")[2] if text.startswith("@") else text


def options(arguments: tuple[bytes, ...]) -> tuple[Option, ...]:
    """Return the parameters behind a path."""
    words = (argument.decode("utf-8", "replace").partition("=") for argument in arguments)
    return tuple(Option(keyword.upper(), value if mark else None) for keyword, mark, value in words)
