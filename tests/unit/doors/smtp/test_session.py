"""What a transaction holds and hands on; its conversations are in tests/dialogues/server."""

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress

import pytest

from gateway.doors.smtp.parameters import Mail
from gateway.doors.smtp.session import Session
from gateway.doors.smtp.settings import DoorSettings
from gateway.model.envelope import Option, Peer, Recipient, Sender
from gateway.model.errors import Deferred, Refused
from gateway.model.limits import Deadline
from gateway.model.reply import Reply
from gateway.model.tenant import Route
from gateway.ports.delivery import Conversation, Stretch
from tests.unit.doors.smtp.standins import ScriptedConversation, ScriptedHop, World, until

PEER = Peer("192.0.2.1", 4711, "client.example")
MAIL = Mail(Sender("ann@client.example", (Option("SIZE", "10"),)), 10, "8BITMIME", smtputf8=True)


async def finished(world: World, data: bytes) -> Reply:
    """Let one message through a session."""
    session = Session(world.door()._shared)
    session.mail(MAIL, PEER)
    await session.rcpt(Recipient("bob@acme.example"))
    await session.rcpt(Recipient("ann@beta.example"))
    reception = session.data()
    reception.feed(data)
    try:
        (reply,) = await session.finish()
        return reply
    finally:
        reception.close()
        await session.reset()


async def test_record_holds_the_envelope_and_every_tenant() -> None:
    """What was accepted is what is judged, logged and sent."""
    world, before = World(), time.time()

    reply = await finished(world, b"hi\r\n.\r\n")

    record = world.records.kept[0]
    envelope = record.facts.envelope
    assert (envelope.peer, envelope.sender, envelope.smtputf8, envelope.body) == (PEER, MAIL.sender, True, "8BITMIME")
    assert envelope.recipients == (Recipient("bob@acme.example"), Recipient("ann@beta.example"))
    assert record.tenants == ("acme", "beta")
    assert record.facts.received_at >= before
    assert record.facts.id in reply.lines[-1]


async def test_message_refused_for_its_defects_is_recorded_too() -> None:
    """Each reply after DATA has its record, with the reason."""
    world = World()

    reply = await finished(world, b"a\nb\r\n.\r\n")

    record = world.records.kept[0]
    assert (record.reply, record.verdict, record.error) == (reply, None, "bare CR or LF")
    assert record.facts.size == 5
    assert record.facts.id in reply.lines[-1]


async def test_transaction_keeps_the_policies_with_which_it_began() -> None:
    """A reload between MAIL and RCPT changes nothing for this message."""
    world = World()
    session = Session(world.door()._shared)
    session.mail(MAIL, PEER)

    session._policies = lambda: pytest.fail("asked again")
    reply = await session.rcpt(Recipient("bob@acme.example"))
    await session.reset()

    assert (reply.code, world.hop.held) == (250, 0)


async def test_nothing_happens_without_mail() -> None:
    """RCPT and DATA have their place."""
    session = Session(World().door()._shared)

    with pytest.raises(Refused):
        await session.rcpt(Recipient("bob@acme.example"))
    with pytest.raises(Refused):
        session.data()


class Deaf(ScriptedHop):
    """A next hop whose conversation ignores every deadline: a stand-in for a bug or a hung disk."""

    async def open(self, route: Route, deadline: Deadline) -> Conversation:
        await super().open(route, deadline)
        return DeafConversation(self)


class DeafConversation(ScriptedConversation):
    """Never answers RCPT for the deaf, nor to a message; hardly even to being cancelled."""

    async def rcpt(self, recipient: Recipient, deadline: Deadline) -> Reply:
        if recipient.address.startswith("deaf"):
            await asyncio.Event().wait()
        return await super().rcpt(recipient, deadline)

    async def message(self, chunks: Iterable[bytes | Stretch], deadline: Deadline) -> Reply:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await STUCK.wait()
        return await super().message(chunks, deadline)


STUCK = asyncio.Event()
"""Set when the stuck step may go on."""


async def test_recipient_is_put_off_where_the_hop_ignores_the_deadline() -> None:
    """451 within the time to ask; the conversation is given up."""
    world = World(hop=Deaf(), settings=DoorSettings(ask_seconds=0.01, last_word_seconds=0.01))
    session = Session(world.door()._shared)
    session.mail(MAIL, PEER)

    with pytest.raises(Deferred, match="ignored the deadline"):
        await session.rcpt(Recipient("deaf@acme.example"))

    assert world.hop.held == 0
    await session.reset()


async def test_stuck_relay_is_answered_and_recorded_as_unknown() -> None:
    """The client hears 451 in time; the spool is kept from reuse until the step that holds it has ended."""
    STUCK.clear()
    settings = DoorSettings(deadline_seconds=0.01, last_word_seconds=0.01)
    world = World(hop=Deaf(), settings=settings)
    session = Session(world.door()._shared)
    session.mail(MAIL, PEER)
    await session.rcpt(Recipient("bob@acme.example"))
    session.data().feed(b"hi\r\n.\r\n")

    (reply,) = await session.finish()
    await session.reset()
    closed_early = world.spools[0].is_closed
    STUCK.set()
    await until(lambda: world.spools[0].is_closed)

    (record,) = world.records.kept[:1]
    assert (reply.code, record.unknown_outcome, record.next_hop) == (451, True, "smtp://hop:25")
    assert not closed_early
