"""Commands that a script cannot show: TLS, and what aiosmtpd's private parts must go on doing."""

import asyncio
import inspect
import itertools
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest
from aiosmtpd import smtp
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.doors.smtp.door import Door
from gateway.doors.smtp.tls import Certificate
from tests.unit.adapters.certificates import make_certificate
from tests.unit.doors.smtp.dialogue import Client, client_of
from tests.unit.doors.smtp.standins import World, listening, policies, until

pytestmark = pytest.mark.enable_socket


@asynccontextmanager
async def secured(folder: Path, handshake_seconds: float = 30.0) -> AsyncIterator[tuple[World, Client]]:
    """Serve a door with a certificate; leave when it has given everything back."""
    world, certificate = World(), Certificate(*make_certificate(folder, "mx.example"))
    bounds = replace(world.settings, handshake_seconds=handshake_seconds)
    door = Door(world.services(), policies, bounds, certificate)
    async with listening(door) as port, client_of(port) as client:
        await client.see("220 *")
        yield world, client
        client.writer.close()
        await until(lambda: not door.admission.guests)
    assert (world.hop.held, door.admission.works) == (0, set())


async def ehlo(client: Client) -> list[str]:
    """Say EHLO and return the offers."""
    client.writer.write(b"EHLO client.example\r\n")
    lines = [await client.reader.readline()]
    while lines[-1][3:4] == b"-":
        lines.append(await client.reader.readline())
    return [line[4:].decode().strip() for line in lines[1:]]


async def shake_hands(client: Client) -> None:
    """Become a TLS client that trusts anybody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    await client.writer.start_tls(context)


async def test_mail_passes_over_tls_and_the_trace_says_so(tmp_path: Path) -> None:
    """STARTTLS is offered once, everything works behind it, and the peer's TLS is known."""
    async with secured(tmp_path) as (world, client):
        before = await ehlo(client)
        client.writer.write(b"STARTTLS\r\n")
        await client.see("220 Ready*")
        await shake_hands(client)
        after = await ehlo(client)
        client.writer.write(b"MAIL FROM:<>\r\nRCPT TO:<bob@acme.example>\r\nDATA\r\n")
        for pattern in ("250 *", "250 *", "354 *"):
            await client.see(pattern)
        client.writer.write(b"hi\r\n.\r\nQUIT\r\n")
        await client.see("250 2.0.0 queued*")
        await client.see("221 *")
        await client.see_end()

    assert ("STARTTLS" in before, "STARTTLS" in after) == (True, False)
    assert world.records.kept[0].facts.envelope.peer.tls.startswith("TLSv1.3 TLS_")
    assert world.records.kept[0].facts.envelope.peer.ip == "127.0.0.1"


async def test_tls_forgets_everything_said_before(tmp_path: Path) -> None:
    """Greeting, transaction, and commands injected behind STARTTLS do not survive (RFC 3207 section 4.2)."""
    async with secured(tmp_path) as (world, client):
        await ehlo(client)
        client.writer.write(b"MAIL FROM:<>\r\nRCPT TO:<bob@acme.example>\r\nSTARTTLS\r\nNOOP injected\r\nRSET\r\n")
        for pattern in ("250 *", "250 *", "220 *"):
            await client.see(pattern)
        await shake_hands(client)
        client.writer.write(b"MAIL FROM:<>\r\nVRFY x\r\n")
        await client.see("503 5.5.1 *send EHLO first")
        await client.see("252 *")

    assert world.hop.asked[-1] == "release"


async def test_second_starttls_is_out_of_sequence(tmp_path: Path) -> None:
    """TLS within TLS is refused, and the conversation goes on."""
    async with secured(tmp_path) as (_, client):
        client.writer.write(b"STARTTLS now\r\nSTARTTLS\r\n")
        await client.see("501 5.5.4 *")
        await client.see("220 *")
        await shake_hands(client)
        client.writer.write(b"STARTTLS\r\nNOOP\r\n")
        await client.see("503 5.5.1 *")
        await client.see("250 *")


@pytest.mark.parametrize("hello", [b"EHLO plain\r\n", b""])
async def test_failed_handshake_ends_the_connection_and_leaves_nothing(tmp_path: Path, hello: bytes) -> None:
    """Who speaks plaintext, or leaves, in the handshake is gone, and the book is right."""
    async with secured(tmp_path) as (_, client):
        client.writer.write(b"STARTTLS\r\n")
        await client.see("220 *")
        client.writer.write(hello)
        client.writer.write_eof()
        async with asyncio.timeout(5):
            while await client.reader.read(4096):
                pass


async def test_silence_in_the_handshake_has_an_end(tmp_path: Path) -> None:
    """Nobody holds a place by never shaking hands."""
    async with secured(tmp_path, handshake_seconds=0.05) as (_, client):
        client.writer.write(b"STARTTLS\r\n")
        await client.see("220 *")
        await client.see_end()


async def test_client_that_leaves_tls_in_data_leaves_nothing(tmp_path: Path) -> None:
    """A message cut off within TLS goes nowhere."""
    async with secured(tmp_path) as (world, client):
        client.writer.write(b"STARTTLS\r\n")
        await client.see("220 *")
        await shake_hands(client)
        await ehlo(client)
        client.writer.write(b"MAIL FROM:<>\r\nRCPT TO:<bob@acme.example>\r\nDATA\r\n")
        for pattern in ("250 *", "250 *", "354 *"):
            await client.see(pattern)
        client.writer.write(b"half")
        client.writer.close()

    assert (world.hop.messages, world.spools[0].is_closed) == ([], True)


LINES = st.lists(
    st.sampled_from(
        [
            b"EHLO client.example",
            b"HELO x",
            b"MAIL FROM:<a@b.example>",
            b"MAIL FROM:<>",
            b"MAIL FROM:<a@b",
            b"RSET",
            b"RCPT TO:<x@elsewhere.example>",
            b"RCPT TO:<x>",
            b"DATA",
            b"NOOP",
            b"VRFY x",
            b"EXPN x",
            b"HELP",
            b".",
            b"",
            b"STARTTLS",
            b"AUTH PLAIN",
            b"BDAT 0",
            b"BDAT 0 LAST",
            b"XCLIENT ADDR=192.0.2.1",
            b"NOOP \xc3\xbc",
        ]
    )
    | st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"")),
    max_size=12,
)


@given(LINES, st.lists(st.integers(0, 200), max_size=4))
@settings(max_examples=60)
def test_every_line_gets_one_reply_however_it_is_cut(lines: list[bytes], cuts: list[int]) -> None:
    """Junk or not, one reply for each line, in order, none of them a fault of ours; then the goodbye."""
    whole = b"".join(line + b"\r\n" for line in lines) + b"QUIT\r\n"
    at = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]

    async def converse() -> list[str]:
        async with listening(World().door(errors=100)) as port, client_of(port) as client:
            await client.see("220 *")
            for start, end in itertools.pairwise(at):
                client.writer.write(whole[start:end])
                await asyncio.sleep(0)
            return (await client.reader.read()).decode().splitlines()

    replies = [line for line in asyncio.run(converse()) if line[3] == " "]

    assert len(replies) == len(lines) + 1
    assert [line for line in replies if line.startswith("451")] == []
    assert replies[-1].startswith("221 ")


def test_aiosmtpd_is_the_release_whose_private_parts_are_used() -> None:
    """Another minor release may move what `connection` relies on: read it before lifting the pin."""
    assert version("aiosmtpd").startswith("1.4.")


def test_aiosmtpd_keeps_its_private_contract() -> None:
    """STARTTLS still goes by the members that `wire` makes, and by no others."""
    body = inspect.getsource(smtp.SMTP.smtp_STARTTLS)
    members = {"hostname", "loop", "transport", "tls_context", "_tls_protocol", "_original_transport", "push"}

    assert set(re.findall(r"self\.(\w+)", body)) <= members
