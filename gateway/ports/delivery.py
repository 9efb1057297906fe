"""Handing mail over to the next hop."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from gateway.model.envelope import Envelope, Recipient, Sender
from gateway.model.limits import Deadline
from gateway.model.plan import Plan
from gateway.model.reply import Reply
from gateway.model.span import Span
from gateway.model.tenant import Route
from gateway.ports.spool import Spool


@dataclass(frozen=True, slots=True)
class HopFeatures:
    """What the next hop announced."""

    name: str
    """The hop as the log shows it, such as "smtp://127.0.0.1:2526"."""
    size: int | None = None
    """Largest message in bytes; None where no limit was announced."""
    body8bit: bool = False
    smtputf8: bool = False
    dsn: bool = False
    """Takes the parameters of RFC 3461."""
    one_recipient: bool = False
    """LMTP: a transaction holds one recipient, because one reply after DATA must be true for all."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a message that may go from the file to the wire as it is: no line of it begins with a dot.

    Bytes of the same file follow it, at least two.
    """

    spool: Spool
    span: Span


class Conversation(Protocol):
    """One mail transaction with the next hop, held while the client talks to us.

    Every method returns the next hop's own reply. They raise `Deferred` (451 4.4.1) when it is unreachable,
    silent, cut off or talks nonsense.
    """

    @property
    def features(self) -> HopFeatures:
        """What this hop can do."""

    async def mail(
        self,
        sender: Sender,
        envelope: Envelope,
        size: int | None,
        deadline: Deadline,
        first: Recipient | None = None,
    ) -> Reply:
        """Send MAIL with the parameters that the hop knows; `size` is the client's SIZE=, if any.

        `first` is the recipient that `rcpt` will be called with next, so that both can go in one write.
        Returns 553 5.6.7 of our own where SMTPUTF8 is needed and the hop lacks it.
        """

    async def rcpt(self, recipient: Recipient, deadline: Deadline) -> Reply:
        """Send RCPT."""

    async def message(self, chunks: Iterable[bytes | Stretch], deadline: Deadline) -> Reply:
        """Send DATA, the message (CR LF lines, not dot-stuffed) and the final dot; return the last reply.

        Raises `UnknownOutcome` when the dot was sent and no complete reply came.
        """

    async def release(self) -> None:
        """End the transaction: reset and keep the connection where that is safe, else close it. Never raises."""


class NextHop(Protocol):
    """Opens conversations."""

    async def open(self, route: Route, deadline: Deadline) -> Conversation:
        """Greet the first hop of `route` that answers, or take a kept connection.

        Raises `Deferred` (451 4.4.1) when no hop answers.
        """


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What leaves: the original bytes and the edits on them."""

    envelope: Envelope
    spool: Spool
    plan: Plan
    eight_bit: bool
    """The message holds bytes above 127."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the next hop answered to the message."""

    reply: Reply
    next_hop: str
    next_hop_reply: Reply | None
    """None where we refused on its behalf (it cannot take 8-bit data, say)."""


class Outlet(Protocol):
    """The door's way out: a held conversation for SMTP, modification actions for milter."""

    async def deliver(self, outgoing: Outgoing, deadline: Deadline) -> Delivery:
        """Hand the message over. Raises `Deferred`, or `UnknownOutcome` when the answer was lost."""
