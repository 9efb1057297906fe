"""Sender and first recipient in one write: each keeps its own reply."""

import pytest

from gateway.model.envelope import Recipient
from gateway.model.reply import SYNTAX, Reply
from tests.unit.adapters.handing_over import SENDER, B, ask, deliver, envelope, hops, queued, route, soon
from tests.unit.adapters.standin_hop import DROP, StandIn

pytestmark = pytest.mark.enable_socket


async def test_sender_that_is_refused_leaves_the_connection_in_step() -> None:
    """The RCPT that went out with MAIL is answered too, and that answer belongs to nobody."""
    gateway = hops()
    async with StandIn({"MAIL": [b"550 5.7.1 not you\r\n", b"250 ok\r\n"]}) as standin:
        conversation = await gateway.open(route(standin), soon())
        refusal = await conversation.mail(SENDER, envelope(), None, soon(), B)
        await conversation.release()
        reply = await deliver(gateway, standin)

    assert (Reply(550, "7.1", ("not you",)), queued) == (refusal, reply)
    assert len(standin.sessions) == 1


async def test_sender_that_is_refused_stays_refused_though_the_hop_leaves() -> None:
    """The hop said no; that it went away behind that asks nobody else."""
    async with StandIn({"MAIL": b"550 5.7.1 not you\r\n", "RCPT": DROP}) as standin:
        conversation = await hops().open(route(standin), soon())
        refusal = await conversation.mail(SENDER, envelope(), None, soon(), B)
        await conversation.release()

    assert Reply(550, "7.1", ("not you",)) == refusal
    assert len(standin.sessions) == 1


async def test_hop_without_pipelining_is_asked_one_by_one() -> None:
    """It is not told a recipient before it took the sender (RFC 2920 section 3.1)."""
    async with StandIn({"EHLO": b"250 standin.example\r\n", "MAIL": b"550 5.7.1 not you\r\n"}) as standin:
        conversation = await hops().open(route(standin), soon())
        await conversation.mail(SENDER, envelope(), None, soon(), B)
        await conversation.release()

    assert [command.split(" ")[0] for command in standin.commands][:2] == ["EHLO", "MAIL"]
    assert "RCPT" not in str(standin.commands)


async def test_recipient_that_cannot_be_written_is_refused_when_it_is_asked_for() -> None:
    """A bad recipient does not make the sender a bad one."""
    bad = Recipient("b c@example.net")
    async with StandIn() as standin:
        conversation = await hops().open(route(standin), soon())
        replies = await ask(conversation, bad, B)
        await conversation.release()

    assert [250, SYNTAX.reply().code, 250] == [reply.code for reply in replies]
