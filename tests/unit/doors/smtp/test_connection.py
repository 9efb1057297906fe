"""How connections begin and end, other than by QUIT."""

import asyncio
import socket
import struct
from dataclasses import replace
from ipaddress import ip_network

import pytest
import structlog

from gateway.doors.smtp.door import Door
from tests.unit.doors.smtp.dialogue import Client, client_of
from tests.unit.doors.smtp.standins import World, listening, policies, until
from tests.unit.pipeline.world import Bytes

pytestmark = pytest.mark.enable_socket

GROUP = b"HELO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<bob@acme.example>\r\nDATA\r\n"


async def send_message(client: Client) -> None:
    """Send a message up to its end, and see the replies before."""
    await client.see("220 *")
    client.writer.write(GROUP)
    for pattern in ("250 *", "250 *", "250 *", "354 *"):
        await client.see(pattern)
    client.writer.write(b"hi\r\n.\r\n")


def reset(client: Client) -> None:
    """Leave without a goodbye: RST."""
    raw = client.writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.writer.transport.abort()


async def all_done(door: Door) -> None:
    """Wait until no connection works."""
    async with asyncio.timeout(5):
        while door.admission.works:
            await asyncio.wait(door.admission.works)


async def test_who_talks_before_the_greeting_is_sent_off() -> None:
    """Input before its time is refused, not executed (RFC 5321 section 3.1: 554)."""
    world = World()
    door = world.door()
    async with listening(door) as port:
        raw = socket.create_connection(("127.0.0.1", port))
        raw.sendall(GROUP)
        client = Client(*await asyncio.open_connection(sock=raw))
        await client.see("554 5.5.1 early_talker: *")
        client.writer.close()
        await all_done(door)

    assert world.hop.asked == []


async def test_greeting_waits_and_who_talks_meanwhile_is_sent_off() -> None:
    """A setting gives early talkers the time to show themselves."""
    door = World().door(greeting_delay=60.0)
    async with listening(door) as port, client_of(port) as client:
        await until(lambda: any(guest.idle_since for guest in door.admission.guests))
        client.writer.write(b"EHLO client.example\r\n")
        await client.see("554 5.5.1 early_talker: *")
        await client.see_end()


async def test_greeting_comes_after_its_delay() -> None:
    """Who waits is served; a trusted peer need not wait."""
    for door in (
        World().door(greeting_delay=0.01),
        World().door(greeting_delay=60.0, trusted=(ip_network("127.0.0.0/8"),)),
    ):
        async with listening(door) as port, client_of(port) as client:
            await client.see("220 *")


async def test_client_that_leaves_before_the_greeting_leaves_nothing() -> None:
    """Its place is free at once."""
    door = World().door(greeting_delay=60.0)
    async with listening(door) as port:
        async with client_of(port):
            await until(lambda: any(guest.idle_since for guest in door.admission.guests))
        await all_done(door)

    assert door.admission.counters.connections == 0


async def test_message_of_a_client_that_left_is_abandoned_before_it_goes_out() -> None:
    """Cut off while the message is examined, the client will try again: nothing is sent to the next hop."""
    world = World()
    examining, go_on = asyncio.Event(), asyncio.Event()
    examine = world.examiner.examine

    async def slow(*args: object) -> object:
        examining.set()
        await go_on.wait()
        return await examine(*args)  # type: ignore[arg-type]

    world.examiner.examine = slow  # type: ignore[assignment, method-assign]
    door = world.door()
    async with listening(door) as port, client_of(port) as client:
        await send_message(client)
        await examining.wait()
        reset(client)
        await all_done(door)

    assert (world.hop.messages, world.hop.held, world.spools[0].is_closed) == ([], 0, True)
    assert [(one.error, one.unknown_outcome) for one in world.records.kept] == [("cut off before the reply", False)]


async def test_message_on_its_way_out_is_delivered_and_recorded_though_the_client_left() -> None:
    """Once the next hop has begun to take it, the outcome must be known."""
    world = World()
    world.hop.gate = asyncio.Event()
    door = world.door()
    async with listening(door) as port, client_of(port) as client:
        await send_message(client)
        await world.hop.reached.wait()
        reset(client)
        await until(lambda: not door.admission.guests)
        world.hop.gate.set()
        await all_done(door)

    assert (len(world.hop.messages), world.hop.held, len(world.records.kept)) == (1, 0, 1)
    assert world.records.kept[0].reply.code == 250


async def test_step_that_ignores_the_deadline_is_answered_all_the_same() -> None:
    """Every reply comes within a bounded time."""
    world = World()
    world.hop.gate = asyncio.Event()
    door = world.door(deadline_seconds=0.01, last_word_seconds=0.01)
    async with listening(door) as port, client_of(port) as client:
        await send_message(client)
        await client.see("451 4.3.0 deadline: *")
        client.writer.write(b"NOOP\r\n")
        await client.see("250 *")

    assert (world.hop.messages, world.hop.held) == ([], 0)
    assert [(one.reply.code, one.unknown_outcome) for one in world.records.kept] == [(451, True)]


class BrokenSpool(Bytes):
    """A bug of ours, for which there is no better stand-in."""

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        raise RuntimeError("secret detail")


async def test_message_that_breaks_us_half_way_is_never_read_as_commands() -> None:
    """451 without the detail, and the connection ends, because nobody knows where the message does."""
    world = World()
    door = Door(replace(world.services(), spools=BrokenSpool), policies, world.settings, lambda: None)
    async with listening(door) as port, client_of(port) as client:
        await client.see("220 *")
        client.writer.write(GROUP)
        for pattern in ("250 *", "250 *", "250 *", "354 *"):
            await client.see(pattern)
        with structlog.testing.capture_logs() as logs:
            client.writer.write(b"text\r\n" * 10 + b"MAIL FROM:<evil@b.example>\r\n")
            await client.see(
                "451 4.3.0 internal: something went wrong here, nothing was delivered; try again later; id=*"
            )
            await client.see_end()

    assert [line["event"] for line in logs] == ["unforeseen"]
    assert (world.hop.held, world.hop.messages) == (0, [])


async def test_client_that_reads_nothing_is_cut_off() -> None:
    """A goodbye that is never read does not keep the connection."""
    door = World().door(command_seconds=0.05, last_word_seconds=0.05, commands=10**9)
    async with listening(door) as port:
        raw = socket.create_connection(("127.0.0.1", port))
        raw.setblocking(False)
        loop = asyncio.get_running_loop()
        sending = asyncio.create_task(loop.sock_sendall(raw, b"HELP\r\n" * 2_000_000))
        counters = door.admission.counters
        await until(lambda: counters.connections_total == 1 and counters.connections == 0)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        raw.close()
        await all_done(door)

    assert door.admission.guests == set()
