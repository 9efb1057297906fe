"""Hands messages over to stand-in hops, as the door does."""

import time
from pathlib import Path

from gateway.adapters.nexthop import NextHops
from gateway.model.envelope import Envelope, Peer, Recipient, Sender
from gateway.model.limits import Deadline
from gateway.model.reply import Reply
from gateway.model.tenant import Route
from gateway.ports.delivery import Conversation
from gateway.wire.smtp_client import Tls
from tests.unit.adapters.standin_hop import StandIn

SENDER = Sender("a@example.org")
B, C = Recipient("b@example.net"), Recipient("c@example.net")
MESSAGE = b"Subject: x\r\n\r\n.dot\r\n"
queued = Reply(250, "0.0", ("queued as 4711",))


def envelope(sender: Sender = SENDER, *, smtputf8: bool = False) -> Envelope:
    return Envelope(Peer("192.0.2.1", 1), sender, (), smtputf8=smtputf8)


def soon(seconds: float = 10.0) -> Deadline:
    return Deadline(time.monotonic() + seconds)


def hops(tls: Tls = Tls.NEVER) -> NextHops:
    return NextHops("gw.example", tls, Path("/nowhere"))


def route(*standins: StandIn) -> Route:
    return Route(tuple(standin.hop for standin in standins))


async def ask(conversation: Conversation, *recipients: Recipient, deadline: Deadline | None = None) -> list[Reply]:
    """Send MAIL and RCPT."""
    deadline = deadline or soon()
    return [
        await conversation.mail(SENDER, envelope(), None, deadline, recipients[0] if recipients else None),
        *[await conversation.rcpt(recipient, deadline) for recipient in recipients],
    ]


async def deliver(gateway: NextHops, *standins: StandIn, deadline: Deadline | None = None) -> Reply:
    """Hand one message over and release."""
    conversation = await gateway.open(route(*standins), soon())
    try:
        await ask(conversation, B, deadline=deadline)
        return await conversation.message([MESSAGE], deadline or soon())
    finally:
        await conversation.release()
