"""Closing in good order, and who is let in."""

import asyncio

import pytest

from gateway.doors.smtp.door import Door
from tests.unit.doors.smtp.dialogue import Client, client_of
from tests.unit.doors.smtp.standins import World, listening, until

pytestmark = pytest.mark.enable_socket

MAIL = b"MAIL FROM:<>\r\nRCPT TO:<bob@acme.example>\r\nDATA\r\n"


async def begin_data(client: Client) -> None:
    """Bring a conversation to the point where the data begins."""
    await client.see("220 *")
    client.writer.write(b"HELO client.example\r\n" + MAIL)
    for pattern in ("250 *", "250 *", "250 *", "354 *"):
        await client.see(pattern)


async def drained(door: Door, seconds: float) -> asyncio.Task[None]:
    """Start to drain, up to where it waits."""
    task = asyncio.create_task(door.drain(seconds))
    await until(lambda: door.admission.is_draining)
    return task


async def test_drain_sends_idle_clients_off_and_lets_a_message_end() -> None:
    """At SIGTERM the idle hear 421, new ones too, and who sends a message gets its reply before 421."""
    world = World()
    door = world.door()
    async with listening(door) as port, client_of(port) as busy, client_of(port) as idle:
        await begin_data(busy)
        await idle.see("220 *")
        draining = await drained(door, 30)
        await idle.see("421 4.3.2 shutting_down: *")
        await idle.see_end()
        async with client_of(port) as late:
            await late.see("421 4.3.2 shutting_down: *")
            await late.see_end()
        busy.writer.write(b"hi\r\n.\r\n")
        await busy.see("250 2.0.0 queued*")
        await busy.see("421 4.3.2 shutting_down: *")
        await busy.see_end()
        await draining

    assert (len(world.hop.messages), door.admission.counters.connections, world.hop.held) == (1, 0, 0)


async def test_drain_cuts_off_with_a_reply_who_does_not_end_in_time() -> None:
    """A client within DATA at the end of the time hears 421; nothing of its message leaves."""
    world = World()
    door = world.door()
    async with listening(door) as port, client_of(port) as slow:
        await begin_data(slow)
        slow.writer.write(b"half a mess")
        await door.drain(0.01)
        await slow.see("421 4.3.2 shutting_down: *")
        await slow.see_end()

    assert (world.hop.messages, world.hop.held, door.admission.works) == ([], 0, set())


async def test_client_over_the_limit_of_its_address_is_turned_away() -> None:
    """The connection after the last allowed one gets 421 instead of a greeting; a place that is freed is a place."""
    door = World().door(per_client=1)
    async with listening(door) as port:
        async with client_of(port) as first:
            await first.see("220 *")
            async with client_of(port) as second:
                await second.see("421 4.7.0 too_many_connections: *")
                await second.see_end()
            first.writer.write(b"QUIT\r\n")
            await first.see("221 *")
            await first.see_end()
        await until(lambda: not door.admission.guests)
        async with client_of(port) as third:
            await third.see("220 *")

    assert door.admission.counters.refused == 1


async def test_silent_connection_makes_place_for_a_new_one() -> None:
    """Idle connections cannot fill all slots."""
    door = World().door(connections=1, idle_grace=0.0)
    async with listening(door) as port, client_of(port) as idle:
        await idle.see("220 *")
        async with client_of(port) as new:
            await new.see("220 *")
            await idle.see("421 4.3.2 busy: *")
            await idle.see_end()

    assert (door.admission.counters.evicted, door.admission.counters.refused) == (1, 0)


async def test_counters_tell_connections_and_messages() -> None:
    """What metrics show."""
    door = World().door()
    async with listening(door) as port, client_of(port) as client:
        await begin_data(client)
        client.writer.write(b"hi\r\n.\r\n")
        await client.see("250 *")
        seen = door.admission.counters

        assert (seen.connections, seen.connections_total, seen.transactions, seen.bytes_in_flight) == (1, 1, 1, 0)
