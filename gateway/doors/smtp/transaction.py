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


@dataclass(slots=True)
class Transaction:
    """From MAIL to the reply after DATA, or to whatever ends it before."""

    id: str
    peer: Peer
    mail: Mail
    policies: PolicySet
    """The set with which it began."""
    recipients: list[Recipient] = field(default_factory=list)
    group: Group | None = None
    """Of the conversation; fixed once there is a recipient."""
    conversation: Conversation | None = None
    down: dict[Route, Deferred] = field(default_factory=dict)
    """Routes that failed before they took a recipient; not tried again for every further one."""
    lost: GatewayError | None = None
    """The conversation broke after it took recipients, or a chunk was refused: no further step may succeed."""
    reception: Reception | None = None
    """Of the data; there once DATA or the first BDAT was taken."""

    @property
    def envelope(self) -> Envelope:
        """The envelope as far as it is known."""
        mail = self.mail
        return Envelope(self.peer, mail.sender, tuple(self.recipients), mail.smtputf8, mail.body)


async def release(transaction: Transaction) -> None:
    """Let the conversation of a transaction go, if it has one."""
    conversation, transaction.conversation = transaction.conversation, None
    if conversation:
        await conversation.release()
