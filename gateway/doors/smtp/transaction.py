"""A mail transaction as the door knows it, and what all connections share."""

from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.doors.admission import Admission
from gateway.doors.reception import Reception
from gateway.doors.smtp.parameters import Mail
from gateway.doors.smtp.settings import DoorSettings
from gateway.model.envelope import Envelope, Peer, Recipient
from gateway.model.errors import Deferred, GatewayError
from gateway.model.policyset import PolicySet
from gateway.model.tenant import Group, Route
from gateway.pipeline.services import Services
from gateway.ports.delivery import Conversation


@dataclass(frozen=True, slots=True)
class Shared:
    """What all connections of a door have in common."""

    services: Services
    policies: Callable[[], PolicySet]
    settings: DoorSettings
    admission: Admission


@dataclass(slots=True, eq=False)
class Leg:
    """What of a transaction goes one way: recipients of one Group, and the conversation that is held for them."""

    id: str
    """Of its own for each leg: whoever gets the message learns nothing of others from it."""
    group: Group
    recipients: list[Recipient] = field(default_factory=list)
    conversation: Conversation | None = None

    async def release(self) -> None:
        """Let the conversation go, if there is one."""
        conversation, self.conversation = self.conversation, None
        if conversation:
            await conversation.release()


@dataclass(slots=True)
class Transaction:
    """From MAIL to the reply after DATA, or to whatever ends it before."""

    id: str
    peer: Peer
    mail: Mail
    policies: PolicySet
    """The set with which it began."""
    answers_each: bool = False
    """Each recipient has a reply of its own after the message (LMTP, PRDR)."""
    legs: list[Leg] = field(default_factory=list)
    """Nearly always one. At most one has no recipient yet: who comes next takes it over."""
    accepted: list[Leg] = field(default_factory=list)
    """The leg of each accepted recipient, in the order in which they came."""
    down: dict[Route, Deferred] = field(default_factory=dict)
    """Routes that failed before they took a recipient; not tried again for every further one."""
    lost: GatewayError | None = None
    """A conversation broke after it took recipients, or a chunk was refused: no further step may succeed."""
    reception: Reception | None = None
    """Of the data; there once DATA or the first BDAT was taken."""

    @property
    def taken(self) -> list[Leg]:
        """The legs that have recipients."""
        return [leg for leg in self.legs if leg.recipients]

    def envelope(self, leg: Leg) -> Envelope:
        """Return the envelope as far as it is known, and as far as it concerns one leg."""
        mail = self.mail
        return Envelope(self.peer, mail.sender, tuple(leg.recipients), mail.smtputf8, mail.body)

    async def release(self) -> None:
        """Let all conversations go."""
        for leg in self.legs:
            await leg.release()
