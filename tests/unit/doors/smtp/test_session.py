"""What a transaction holds and hands on; its conversations are in tests/dialogues/server."""

import time

import pytest

from gateway.doors.smtp.parameters import Mail
from gateway.doors.smtp.session import Session
from gateway.model.envelope import Option, Peer, Recipient, Sender
from gateway.model.errors import Refused
from gateway.model.reply import Reply
from tests.unit.doors.smtp.standins import World

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
        return await session.finish()
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
