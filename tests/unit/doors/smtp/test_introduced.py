"""Who the client is, when somebody trusted says so: PROXY, XCLIENT and XFORWARD, in the log as in the limits."""

from ipaddress import ip_network

import pytest

from gateway.doors.smtp.door import Door
from gateway.doors.smtp.settings import Networks
from gateway.model.envelope import Peer
from tests.unit.doors.smtp.dialogue import client_of
from tests.unit.doors.smtp.standins import World, listening

pytestmark = pytest.mark.enable_socket

HERE: Networks = (ip_network("127.0.0.0/8"),)
MAIL = b"MAIL FROM:<ann@client.example>\r\nRCPT TO:<bob@acme.example>\r\nBDAT 4 LAST\r\nhi\r\n"
V2 = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x07\xc0\0\x02\x01\x12\x34\0\x19"


async def served(door: Door, said: bytes) -> list[str]:
    """Send all at once, behind the greeting; return the last lines of the replies."""
    async with listening(door) as port, client_of(port) as client:
        client.writer.write(said)
        client.writer.write_eof()
        return [line for line in (await client.reader.read()).decode().splitlines() if line[3] == " "]


async def told(said: bytes, **settings: float | str | Networks) -> tuple[list[str], list[Peer]]:
    """Say something behind the greeting; return the replies, and the peers of the messages that were taken."""
    world = World()
    async with listening(world.door(**settings)) as port, client_of(port) as client:
        await client.see("220 *")
        client.writer.write(said + b"QUIT\r\n")
        lines = (await client.reader.read()).decode().splitlines()
    return [line for line in lines if line[3] == " "], [record.facts.envelope.peer for record in world.records.kept]


@pytest.mark.parametrize(
    ("header", "ip", "port"),
    [
        (b"PROXY TCP4 192.0.2.7 192.0.2.1 4660 25\r\n", "192.0.2.7", 4660),
        (b"PROXY TCP6 2001:db8::7 2001:db8::1 4660 25\r\n", "2001:db8::7", 4660),
        (V2, "192.0.2.7", 4660),
        (b"PROXY UNKNOWN\r\n", "127.0.0.1", None),
        (V2[:12] + b"\x20\0\0\0", "127.0.0.1", None),
    ],
)
async def test_proxy_says_who_the_client_is(header: bytes, ip: str, port: int | None) -> None:
    """The address of the header is the client's for all that follows; a proxy's own check is its own."""
    world = World()
    async with listening(world.door(proxies=HERE)) as at, client_of(at) as client:
        client.writer.write(header[:9])
        await client.writer.drain()
        client.writer.write(header[9:])
        await client.see("220 *")
        client.writer.write(b"EHLO client.example\r\n" + MAIL + b"QUIT\r\n")
        await client.reader.read()

    peer = world.records.kept[0].facts.envelope.peer
    assert peer.ip == ip
    assert port in (None, peer.port)


@pytest.mark.parametrize("said", [b"EHLO client.example\r\n", b"PROXY TCP4 here there 1 2\r\n", b"\r\n\r\nQUIT"])
async def test_proxy_without_a_header_gets_nothing(said: bytes) -> None:
    """A proxy's connection is nobody's until it says whose."""
    assert [line[:9] for line in await served(World().door(proxies=HERE), said)] == ["421 4.7.0"]


async def test_silent_proxy_is_cut_off() -> None:
    """421, in the time of a header."""
    async with listening(World().door(proxies=HERE, proxy_seconds=0.1)) as port, client_of(port) as client:
        await client.see("421 4.4.2 timeout: *")
        await client.see_end()


async def test_what_follows_the_header_must_wait_for_the_greeting() -> None:
    """An early talker is one behind a proxy too."""
    said = await served(World().door(proxies=HERE), b"PROXY TCP4 192.0.2.7 192.0.2.1 1 25\r\nEHLO client.example\r\n")

    assert [line[:9] for line in said] == ["554 5.5.1"]


async def test_limit_for_one_client_counts_those_behind_the_proxy() -> None:
    """Two clients of one proxy are two; the second connection of one is one too many."""
    world = World()
    door = world.door(proxies=HERE, per_client=1)
    async with listening(door) as port, client_of(port) as first:
        first.writer.write(b"PROXY TCP4 192.0.2.7 192.0.2.1 1 25\r\n")
        await first.see("220 *")
        async with client_of(port) as second:
            second.writer.write(b"PROXY TCP4 192.0.2.8 192.0.2.1 1 25\r\n")
            await second.see("220 *")
        async with client_of(port) as third:
            third.writer.write(b"PROXY TCP4 192.0.2.7 192.0.2.1 2 25\r\n")
            await third.see("421 4.7.0 too_many_connections: *")
            await third.see_end()

    assert (door.admission.guests, dict(door.admission._per_client)) == (set(), {})


async def test_xclient_makes_it_another_clients_connection() -> None:
    """Greeted anew, with the greeting and the protocol that were said for it; then it is no longer trusted."""
    said = b"EHLO front\r\nMAIL FROM:<>\r\nRSET\r\n"
    claims = b"XCLIENT ADDR=192.0.2.7 PORT=4660 NAME=[UNAVAILABLE] HELO=client.example PROTO=ESMTP LOGIN=+41\r\n"
    replies, peers = await told(said + claims + MAIL + claims, trusted=HERE)

    assert [line[:3] for line in replies] == ["250", "250", "250", "220", "250", "250", "250", "550", "221"]
    assert peers == [Peer("192.0.2.7", 4660, "client.example", "", esmtp=True)]


async def test_xclient_forgets_the_greeting() -> None:
    """Where no HELO is said for the client, it must give its own."""
    replies, _ = await told(b"EHLO front\r\nXCLIENT ADDR=IPV6:2001:db8::7\r\nMAIL FROM:<>\r\n", trusted=HERE)

    assert [line[:3] for line in replies] == ["250", "220", "503", "221"]


async def test_xforward_describes_one_transaction() -> None:
    """Attributes come in any number of commands; the next mail is the front's own again."""
    forward = b"XFORWARD NAME=client.example ADDR=192.0.2.7\r\nXFORWARD PORT=4660 PROTO=SMTP HELO=client IDENT=x\r\n"
    replies, peers = await told(b"EHLO front\r\n" + forward + MAIL + MAIL, trusted=HERE)

    assert {line[:3] for line in replies} == {"250", "221"}
    assert peers[0] == Peer("192.0.2.7", 4660, "client", "", esmtp=False)
    assert (peers[1].ip, peers[1].helo) == ("127.0.0.1", "front")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("XCLIENT", "501"),
        ("XCLIENT ADDR=client.example", "501"),
        ("XCLIENT COLOUR=red", "501"),
        ("XFORWARD ADDR=192.0.2.7 ADDR=192.0.2.8", "501"),
        ("XFORWARD HELO=a+0D+0Ab", "501"),
        ("XFORWARD PORT=70000", "501"),
        ("MAIL FROM:<>\r\nXCLIENT ADDR=192.0.2.7", "503"),
        ("MAIL FROM:<>\r\nXFORWARD ADDR=192.0.2.7", "503"),
    ],
)
async def test_claims_that_cannot_be_are_refused(command: str, code: str) -> None:
    """Also from who is trusted, and never in the middle of a transaction."""
    replies, _ = await told(f"EHLO front\r\n{command}\r\n".encode(), trusted=HERE)

    assert replies[-2][:3] == code


async def test_trusted_clients_are_offered_both() -> None:
    """And nobody else, which the dialogues show."""
    async with listening(World().door(trusted=HERE)) as port, client_of(port) as client:
        await client.see("220 *")
        client.writer.write(b"EHLO front\r\nQUIT\r\n")
        lines = (await client.reader.read()).decode()

    assert "250-XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT\r\n" in lines
    assert "250 XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE\r\n" in lines
