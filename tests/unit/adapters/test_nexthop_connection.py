"""Every trouble of a connection has one truthful outcome, in bounded time."""

import ssl
import time
from pathlib import Path

import pytest

from gateway.adapters.spool import FileSpool, SpoolFolder
from gateway.model.errors import Deferred, UnknownOutcome
from gateway.model.reply import NEXT_HOP_DOWN, Reply
from gateway.model.span import Span
from gateway.ports.delivery import Stretch
from gateway.wire.smtp_client import Tls
from tests.unit.adapters.certificates import make_certificate
from tests.unit.adapters.handing_over import MESSAGE, B, ask, deliver, hops, queued, route, soon
from tests.unit.adapters.standin_hop import DEAF, DROP, SILENT, StandIn

pytestmark = pytest.mark.enable_socket


JUNK = [b"\r\n", b"ok\r\n", b"999 x\r\n", b"250-a\r\n550 b\r\n", b"250 half" + DROP, b"250-a" + DROP]
UNFIT = [(verb, b"354 go on\r\n") for verb in ("CONNECT", "EHLO", "MAIL", "RCPT")] + [("DATA", b"250 ok\r\n")]


@pytest.mark.parametrize(
    ("verb", "said"), [(verb, said) for verb in ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA") for said in JUNK] + UNFIT
)
async def test_nonsense_is_deferred(verb: str, said: bytes) -> None:
    """Junk, blank lines, unfinished and unfitting replies are 451, never success, and nothing is delivered."""
    async with StandIn({verb: said}) as standin:
        with pytest.raises(Deferred) as raised:
            await deliver(hops(), standin)

    assert NEXT_HOP_DOWN.reply() == raised.value.reply
    assert not isinstance(raised.value, UnknownOutcome)
    assert standin.messages == []


@pytest.mark.parametrize(
    "said", [DROP, b"250 2.0.0 ok" + DROP, b"250-ok\r\n" + DROP, b"\r\n", b"ok\r\n", b"354 go\r\n"]
)
async def test_no_complete_reply_after_the_dot_is_an_unknown_outcome(said: bytes) -> None:
    """The hop may have the message: 451, said to be unknown, counted, and never sent again by us."""
    gateway = hops()
    async with StandIn({"DOT": said}) as standin:
        with pytest.raises(UnknownOutcome) as raised:
            await deliver(gateway, standin)

    assert NEXT_HOP_DOWN.reply() == raised.value.reply
    assert gateway.counters.failures["unknown_outcome"] == 1
    assert len(standin.messages) == 1


async def test_silence_after_the_dot_is_an_unknown_outcome() -> None:
    """The deadline bounds the wait for the last reply."""
    async with StandIn({"DOT": SILENT}) as standin:
        with pytest.raises(UnknownOutcome):
            await deliver(hops(), standin, deadline=soon(0.2))


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
async def test_silence_is_deferred(verb: str) -> None:
    """No answer in time is 451; the connection is given up."""
    async with StandIn({verb: SILENT}) as standin:
        with pytest.raises(Deferred, match="timeout"):
            await deliver(hops(), standin, deadline=soon(0.2))


async def test_a_hop_that_reads_no_further_is_deferred_and_gets_no_dot() -> None:
    """A message that did not get through in time is not ended, so that it cannot be taken for whole."""
    async with StandIn({"BODY": DEAF}) as standin:
        conversation = await hops().open(route(standin), soon())
        await ask(conversation, B)
        with pytest.raises(Deferred, match="timeout: during the message") as raised:
            await conversation.message([MESSAGE, *[bytes(1 << 20)] * 40], soon(0.3))
        await conversation.release()

    assert not isinstance(raised.value, UnknownOutcome)


async def test_no_dot_is_sent_when_time_is_up() -> None:
    """Past the deadline the message is not completed."""
    async with StandIn() as standin:
        conversation = await hops().open(route(standin), soon())
        await ask(conversation, B)
        deadline = soon(0.2)

        def slow_chunks() -> list[bytes]:
            while deadline.remaining(time.monotonic()):
                pass
            return [MESSAGE]

        with pytest.raises(Deferred) as raised:
            await conversation.message((chunk for step in (slow_chunks,) for chunk in step()), deadline)
        await conversation.release()
        await standin.sessions[0].closed.wait()

    assert not isinstance(raised.value, UnknownOutcome)
    assert standin.messages == []


@pytest.mark.parametrize("ending", [b"", DROP])
async def test_an_early_refusal_is_the_reply(ending: bytes) -> None:
    """A hop that says 552 in the middle of the message, and may close at once, is quoted."""
    async with StandIn({"BODY": b"552 5.3.4 too big\r\n" + (ending or SILENT)}) as standin:
        conversation = await hops().open(route(standin), soon())
        await ask(conversation, B)
        reply = await conversation.message([MESSAGE, *[bytes(1 << 16)] * 400], soon())
        await conversation.release()

    assert Reply(552, "3.4", ("too big",)) == reply
    assert standin.messages == []


@pytest.fixture
def spool(tmp_path: Path) -> FileSpool:
    """A long message without dots at line starts, in a file."""
    spool = SpoolFolder(tmp_path)()
    for number in range(80):
        spool.write(b"%063d\r\n" % number * 1000)
    return spool


@pytest.mark.parametrize("uses_tls", [False, True])
async def test_a_part_that_is_named_by_its_place_arrives_between_the_others(
    spool: FileSpool,
    tmp_path: Path,
    uses_tls: bool,  # noqa: FBT001
) -> None:
    """Byte for byte, from file to socket or, where that takes no more or speaks TLS, as everything else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*make_certificate(tmp_path, "localhost"))
    script = {"EHLO": b"250-standin.example\r\n250 STARTTLS\r\n"} if uses_tls else {}
    async with StandIn(script, tls=context if uses_tls else None) as standin:
        conversation = await hops(Tls.MAY).open(route(standin), soon())
        await ask(conversation, B)
        end = spool.size - 10
        reply = await conversation.message(
            [b".top\r\n", Stretch(spool, Span(65, end)), *spool.chunks(Span(end, spool.size)), b".end\r\n"], soon()
        )
        await conversation.release()

    assert queued == reply
    assert [b"..top\r\n" + b"".join(spool.chunks(Span(65, spool.size))) + b"..end\r\n"] == standin.messages
    assert [uses_tls] == [session.over_tls for session in standin.sessions]


async def test_an_early_refusal_is_heard_between_pieces_of_a_file(spool: FileSpool) -> None:
    """As with everything else, and no dot is sent."""
    async with StandIn({"BODY": b"552 5.3.4 too big\r\n" + DROP}) as standin:
        conversation = await hops().open(route(standin), soon())
        await ask(conversation, B)
        reply = await conversation.message([MESSAGE, *[Stretch(spool, Span(0, spool.size - 2))] * 10, b"\r\n"], soon())
        await conversation.release()

    assert Reply(552, "3.4", ("too big",)) == reply
    assert standin.messages == []


async def test_a_file_for_a_hop_that_reads_no_further_is_deferred(spool: FileSpool) -> None:
    """Time is bounded, and the message not ended."""
    async with StandIn({"BODY": DEAF}) as standin:
        conversation = await hops().open(route(standin), soon())
        await ask(conversation, B)
        with pytest.raises(Deferred, match="timeout: during the message"):
            await conversation.message([MESSAGE, *[Stretch(spool, Span(0, spool.size - 2))] * 10, b"\r\n"], soon(0.3))
        await conversation.release()


async def test_a_lost_message_is_deferred() -> None:
    """A hop that goes away in the middle of the message has not taken it; this is no unknown outcome."""
    async with StandIn({"BODY": DROP}) as standin:
        conversation = await hops().open(route(standin), soon())
        await ask(conversation, B)
        with pytest.raises(Deferred, match="closed") as raised:
            await conversation.message([MESSAGE, *[bytes(1 << 16)] * 400], soon())
        await conversation.release()

    assert not isinstance(raised.value, UnknownOutcome)
    assert len(standin.sessions) == 1
