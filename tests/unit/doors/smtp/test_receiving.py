"""Messages in chunks, however the client counts, groups and sends them; the conversations are in tests/dialogues."""

import asyncio
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.doors.smtp.dialogue import client_of
from tests.unit.doors.smtp.standins import World, listening

pytestmark = pytest.mark.enable_socket

LINES = st.lists(
    st.sampled_from([b"QUIT\r\n", b".\r\n", b"BDAT 3\r\n", b"..a\r\n", b"\r\n", b"\0\xff\r\n"]), max_size=8
)
CUTS = st.lists(st.integers(0, 60), max_size=5)


def cut(whole: bytes, cuts: list[int]) -> list[bytes]:
    """Cut at the given places."""
    at = [0, *sorted(min(one, len(whole)) for one in cuts), len(whole)]
    return [whole[start:end] for start, end in itertools.pairwise(at)]


@given(LINES.map(b"".join), CUTS, CUTS)
@settings(max_examples=60)
def test_chunks_in_every_grouping_make_the_same_message(message: bytes, chunks: list[int], writes: list[int]) -> None:
    """One reply for each chunk; what is counted is never a command; what follows the last chunk is."""
    pieces = cut(message, chunks)
    said = b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<bob@acme.example>\r\n"
    said += b"".join(b"BDAT %d\r\n%b" % (len(piece), piece) for piece in pieces) + b"BDAT 0 LAST\r\nNOOP\r\nQUIT\r\n"
    world = World()

    async def converse() -> list[str]:
        async with listening(world.door()) as port, client_of(port) as client:
            await client.see("220 *")
            for piece in cut(said, writes):
                client.writer.write(piece)
                await asyncio.sleep(0)
            return (await client.reader.read()).decode().splitlines()

    replies = [line for line in asyncio.run(converse()) if line[3] == " "]

    assert [reply[:3] for reply in replies] == ["250"] * (len(pieces) + 5) + ["221"]
    assert [one.endswith(message) for one in world.hop.messages] == [True]
    assert all(spool.is_closed for spool in world.spools)


async def test_large_chunks_are_no_commands_against_the_limit() -> None:
    """A long message in small pieces is a burden, one in pieces of a kilobyte is not."""
    chunk = b"BDAT 1024\r\n" + b"x" * 1022 + b"\r\n"
    async with listening(World().door(commands=8)) as port, client_of(port) as client:
        await client.see("220 *")
        client.writer.write(b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<bob@acme.example>\r\n" + chunk * 20)
        client.writer.write(b"BDAT 0\r\n" * 20)
        replies = (await client.reader.read()).decode().splitlines()

    assert len([line for line in replies if line == "250 2.0.0 1024 octets received"]) == 20
    assert replies[-1].startswith("421 4.7.0 connection_spent")
