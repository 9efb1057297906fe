"""The door as a whole: how many may come in, what they share, and how it closes."""

import asyncio

import pytest

from gateway.doors.admission import Admission, Bounds
from gateway.doors.milter.server import Connection
from gateway.model.errors import Deferred
from gateway.model.reply import SHUTTING_DOWN
from tests.unit.doors.milter.mta import calling, listening
from tests.unit.doors.milter.standins import World
from tests.unit.doors.smtp.standins import until
from tests.unit.wire import milter_talk as talk

RAW = b"Subject: hi\r\n\r\nhello\r\n"


async def test_mtas_beyond_the_bound_are_closed_and_later_ones_served() -> None:
    """The MTA puts their mail off."""
    door = World().door(connections=1)
    async with listening(door) as place:
        async with calling(place) as first, calling(place) as second:
            await first.open()
            closed = await second.is_closed()
        await until(lambda: not door.admission.guests)
        async with calling(place) as third:
            await third.open()
            answer = await third.sends(RAW)

    assert (closed, answer, door.admission.counters.refused) == (True, "a", 1)


async def test_quiet_connection_makes_place() -> None:
    """The one that is silent between two messages for longest."""
    door = World().door(connections=1, idle_grace=0.0)
    async with listening(door) as place, calling(place) as first:
        await first.open()
        async with calling(place) as second:
            await second.open()
            closed, answer = await first.is_closed(), await second.sends(RAW)

    assert (closed, answer, door.admission.counters.evicted) == (True, "a", 1)


async def test_silent_connection_is_closed() -> None:
    """After the time for it."""
    async with listening(World().door(idle_seconds=0.01)) as place, calling(place) as mta:
        await mta.open()

        assert await mta.is_closed()


async def test_budget_of_bytes_is_shared_with_the_other_door() -> None:
    """What the SMTP door holds is missing here: 452 at MAIL."""
    beside = Admission(Bounds(connections=1, per_client=1, in_flight=100, idle_grace=1.0))
    beside.hold(90)
    async with listening(World().door(beside, in_flight=100)) as place, calling(place) as mta:
        await mta.open()
        announced = await mta.asked(talk.mail("ann@client.example", "SIZE=11"))
        await mta.envelope()
        mta.say(talk.message(RAW))
        (found,) = await mta.answer()
        beside.give_back(90)
        answer = await mta.sends(RAW)

    assert announced.startswith("452 4.3.1 overload: ")
    assert found.data.startswith(b"452 4.3.1 overload: ")
    assert answer == "a"
    with pytest.raises(Deferred):
        beside.hold(101)


async def test_session_that_goes_on_is_served_while_the_door_drains() -> None:
    """Its client's next mail would be put off otherwise; a client more ends the connection."""
    door = World().door()
    async with listening(door) as place, calling(place) as mta:
        await mta.open()
        first = await mta.sends(RAW)
        draining = asyncio.create_task(door.drain(60))
        await until(lambda: door.admission.is_draining)
        second = await mta.sends(RAW)
        async with calling(place) as late:
            turned_away = await late.is_closed()
        mta.say(talk.NEXT_CLIENT)
        closed = await mta.is_closed()
        await draining

    assert (first, second, turned_away, closed) == ("a", "a", True, True)


async def test_quiet_connections_do_not_hold_up_a_drain() -> None:
    """They are closed between two messages."""
    door = World().door(idle_grace=0.0)
    async with listening(door) as place, calling(place) as mta:
        await mta.open()
        await mta.sends(RAW)
        await door.drain(60)

        assert await mta.is_closed()


async def test_drain_ends_in_its_time() -> None:
    """Whoever is in the middle of a message then is cut off."""
    door = World().door()
    async with listening(door) as place, calling(place) as mta:
        await mta.open()
        await mta.envelope()
        await door.drain(0.01)

        assert await mta.is_closed()
    assert not door.admission.works


async def test_mta_that_does_not_read_is_cut_off() -> None:
    """A verdict that nobody takes holds nothing up."""
    door = World().door(last_word_seconds=0.05)
    async with listening(door) as place, calling(place) as mta:
        await mta.open()
        mta.writer.transport.pause_reading()  # type: ignore[attr-defined]
        (guest,) = door.admission.guests
        assert isinstance(guest, Connection)
        guest._transport.write(bytes(50_000_000))
        guest.hang_up(SHUTTING_DOWN.reply())
        await asyncio.wait_for(guest.work, 20)

    assert not door.admission.guests
