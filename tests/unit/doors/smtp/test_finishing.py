"""The end of a message to several Groups: deadlines and clients that leave; replies are in tests/dialogues/server."""

import asyncio

import pytest

from gateway.doors.smtp.parameters import Mail
from gateway.doors.smtp.session import Session
from gateway.doors.smtp.settings import DoorSettings
from gateway.model.envelope import Peer, Recipient, Sender
from tests.unit.doors.smtp.standins import World

ADDRESSES = ("bob@holding.example", "eve@far.example")


async def ready(world: World, *, answers_each: bool = False) -> Session:
    """Bring a message to two Groups to its end."""
    session = Session(world.door()._shared)
    mail = Mail(Sender(None), None, "7BIT", smtputf8=False)
    session.mail(mail, Peer("192.0.2.1", 4711), answers_each=answers_each)
    for address in ADDRESSES:
        await session.rcpt(Recipient(address))
    session.data().feed(b"hi\r\n.\r\n")
    return session


@pytest.mark.parametrize("answers_each", [True, False])
async def test_silence_of_a_next_hop_is_put_off_and_recorded_for_each_group(*, answers_each: bool) -> None:
    """The hop that was being spoken to may have the message; no other one is said to."""
    world = World(settings=DoorSettings(deadline_seconds=0.01, last_word_seconds=0.01))
    world.hop.gate = asyncio.Event()
    session = await ready(world, answers_each=answers_each)
    replies = await session.finish()
    await session.reset()

    assert [reply.code for reply in replies] == [451] * (2 if answers_each else 1)
    assert len(world.records.kept) == 2
    assert [record.unknown_outcome for record in world.records.kept] == [True, answers_each]
    assert all(record.reply.code == 451 for record in world.records.kept)


@pytest.mark.parametrize("answers_each", [True, False])
async def test_what_was_begun_is_delivered_to_all_whoever_still_listens(*, answers_each: bool) -> None:
    """A client that is cut off after the first byte went to a next hop does not stop the others."""
    world = World()
    world.hop.gate = asyncio.Event()
    session = await ready(world, answers_each=answers_each)
    work = asyncio.create_task(session.finish())
    await world.hop.reached.wait()
    work.cancel()
    await asyncio.sleep(0)
    world.hop.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await work
    await session.reset()

    assert len(world.hop.messages) == 2
    assert [record.next_hop_reply is not None for record in world.records.kept] == [True, True]
    assert world.spools[0].is_closed
