"""What a connection does whatever is said on it: back-pressure, time, and the end."""

import asyncio

import pytest

from gateway.doors.smtp.incoming import ROOM
from gateway.doors.smtp.settings import DoorSettings
from gateway.doors.smtp.wire import Wire
from gateway.model.reply import Reply
from gateway.wire.smtp_replies import render


class Spoken(Wire):
    """A wire on which replies are said as they are."""

    def say(self, reply: Reply) -> None:
        self._out += render(reply)

    async def line(self) -> bytes:
        """Read a line for as long as it is allowed to take."""
        return await self._incoming.line()


class Way(asyncio.Transport):
    """A transport that remembers: what the kernel does with back-pressure cannot be seen."""

    def __init__(self) -> None:
        super().__init__()
        self.did: list[str] = []

    def pause_reading(self) -> None:
        self.did.append("pause")

    def resume_reading(self) -> None:
        self.did.append("resume")

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.did.append(f"write {bytes(data).decode()}")

    def close(self) -> None:
        self.did.append("close")

    def abort(self) -> None:
        self.did.append("abort")


def wire_over(way: Way, **settings: float) -> Spoken:
    """Return a wire over this transport."""
    wire = Spoken("mx.example", DoorSettings(**settings))  # type: ignore[arg-type]
    wire.transport = way
    return wire


async def test_client_that_sends_ahead_is_held_until_its_input_was_read() -> None:
    """A connection holds little more than its room."""
    way = Way()
    wire = wire_over(way, line=4 * ROOM)
    wire.allow(60)
    wire.data_received(b"x" * ROOM)
    wire.data_received(b"x")
    wire.data_received(b"x")
    held = list(way.did)
    asyncio.get_running_loop().call_soon(wire.data_received, b"\n")

    line = await wire.line()

    assert (held, len(line), way.did[:2]) == (["pause"], ROOM + 3, ["pause", "resume"])


async def test_line_that_dribbles_in_gets_no_new_time_for_each_byte() -> None:
    """What was allowed is for all of it; then the client is told, and the connection ends."""
    way = Way()
    wire = wire_over(way, last_word_seconds=0.01)
    wire.allow(0.05)
    ticking = asyncio.create_task(_dribble(wire))

    with pytest.raises(EOFError):
        await wire.line()
    ticking.cancel()

    assert [one[:9] for one in way.did] == ["write 421", "close"]


async def _dribble(wire: Wire) -> None:
    while True:
        wire.data_received(b"x")
        await asyncio.sleep(0.001)


async def test_end_of_input_ends_the_wait_for_it() -> None:
    """What came before the end can still be read."""
    wire = wire_over(Way())
    wire.allow(60)
    wire.data_received(b"QUIT\r\n")
    wire.eof_received()

    assert await wire.line() == b"QUIT\r\n"
    with pytest.raises(EOFError):
        await wire.line()


async def test_client_that_reads_nothing_is_waited_for_and_then_cut_off() -> None:
    """Replies are not piled up for it."""
    way = Way()
    wire = wire_over(way, command_seconds=0.01, last_word_seconds=0.01)
    wire.pause_writing()
    wire.say(Reply(250, "", ("fine",)))

    with pytest.raises(EOFError):
        await wire.flush()
    async with asyncio.timeout(5):
        while "abort" not in way.did:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.001)

    assert way.did[0] == "write 250 fine\r\n"


async def test_what_lay_unread_before_tls_is_dropped_and_the_client_is_read_again() -> None:
    """A handshake must not wait behind plaintext that was held back."""
    way = Way()
    wire = wire_over(way)
    wire.data_received(b"x" * (ROOM + 1))

    wire.forget_input()

    assert way.did == ["pause", "resume"]
