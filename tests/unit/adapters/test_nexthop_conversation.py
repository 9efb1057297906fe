"""A held transaction survives what it can, and says truthfully what it cannot."""

import pytest

from gateway.model.envelope import Option, Recipient, Sender
from gateway.model.errors import Deferred
from gateway.model.reply import NEXT_HOP_DOWN, SMTPUTF8_NEEDED, SYNTAX, Reply
from gateway.model.tenant import Scheme
from tests.unit.adapters.handing_over import MESSAGE, SENDER, B, C, ask, deliver, envelope, hops, queued, route, soon
from tests.unit.adapters.standin_hop import DROP, Script, StandIn

pytestmark = pytest.mark.enable_socket


async def test_the_reply_is_the_hops_own() -> None:
    """Each method returns what the hop said, in whatever bits and form it came; any 2xx is acceptance."""
    script: Script = {"RCPT": b"251-2.1.5 will\r\n251 2.1.5 forward\r\n", "DOT": b"299 any 2xx\r\n"}
    async with StandIn(script, bit=1) as standin:
        conversation = await hops().open(route(standin), soon())

        assert [Reply(250, "1.0", ("Ok",)), Reply(251, "1.5", ("will", "forward"))] == await ask(conversation, B)
        assert Reply(299, "", ("any 2xx",)) == await conversation.message([MESSAGE[:-6], MESSAGE[-6:]], soon())
        await conversation.release()
    expected = [b"Subject: x\r\n\r\n..dot\r\n"]

    assert expected == standin.messages


async def test_features_are_what_the_hop_announced() -> None:
    """The door can see beforehand what would not get through."""
    async with StandIn() as standin:
        conversation = await hops().open(route(standin), soon())
        seen = conversation.features
        await conversation.release()

    assert (str(standin.hop), 1000000, True, False, False) == (
        seen.name,
        seen.size,
        seen.body8bit,
        seen.smtputf8,
        seen.one_recipient,
    )


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "DOT"])
@pytest.mark.parametrize("said", [b"450 4.2.1 later\r\n", b"550 5.1.1 never\r\n"])
async def test_a_refusal_is_passed_on(verb: str, said: bytes) -> None:
    """4xx and 5xx of each stage come back as they are, and the hop is not asked twice."""
    async with StandIn({verb: said}) as standin:
        conversation = await hops().open(route(standin), soon())
        replies = await ask(conversation, B)
        if verb in {"DATA", "DOT"}:
            replies.append(await conversation.message([MESSAGE], soon()))
        await conversation.release()

    assert said.split()[1].decode() in [reply.enhanced for reply in replies]
    assert len(standin.sessions) == 1


@pytest.mark.parametrize("said", [DROP, b"421 4.3.2 going down\r\n" + DROP])
async def test_a_hop_that_leaves_at_mail_is_passed_over(said: bytes) -> None:
    """Nothing was accepted yet, so the next hop of the route gets the mail."""
    async with StandIn({"MAIL": said}) as first, StandIn() as second:
        reply = await deliver(hops(), first, second)

    assert queued == reply
    assert len(second.messages) == 1


async def test_no_hop_is_left_at_mail() -> None:
    """421 at MAIL from the last hop is 451 of ours: our own connection stays open."""
    async with StandIn({"MAIL": b"421 4.3.2 going down\r\n" + DROP}) as standin:
        with pytest.raises(Deferred, match="going down"):
            await deliver(hops(), standin)


async def test_a_refusal_at_mail_is_no_reason_to_ask_another_hop() -> None:
    """4xx is an answer; only 421 says that the hop itself is away."""
    async with StandIn({"MAIL": b"450 4.7.1 later\r\n"}) as first, StandIn() as second:
        conversation = await hops().open(route(first, second), soon())
        [reply] = await ask(conversation)
        await conversation.release()

    assert Reply(450, "7.1", ("later",)) == reply
    assert second.sessions == []


async def test_a_kept_connection_is_used_again() -> None:
    """The second message needs no new greeting, and no RSET."""
    gateway = hops()
    async with StandIn() as standin:
        await deliver(gateway, standin)
        await deliver(gateway, standin)
        await gateway.close()

    verbs = [command.split(" ")[0] for command in standin.commands]
    assert verbs[:7] == ["EHLO", "MAIL", "RCPT", "DATA", "MAIL", "RCPT", "DATA"]
    expected = (1, 1)

    assert expected == (gateway.counters.opened, gateway.counters.kept)


@pytest.mark.parametrize("said", [DROP, b"421 4.4.2 idle\r\n" + DROP])
async def test_a_kept_connection_that_dies_at_mail_is_replaced(said: bytes) -> None:
    """The client never notices that the hop had closed the kept connection."""
    gateway = hops()
    async with StandIn({"MAIL": [b"250 ok\r\n", said]}, {}) as standin:
        await deliver(gateway, standin)
        reply = await deliver(gateway, standin)

    assert queued == reply
    assert len(standin.sessions) == 2


async def test_an_unfinished_transaction_is_reset_before_the_connection_is_kept() -> None:
    """No recipient of one message can get the next."""
    gateway = hops()
    async with StandIn() as standin:
        conversation = await gateway.open(route(standin), soon())
        await ask(conversation, B)
        await conversation.release()
        await deliver(gateway, standin)

    verbs = [command.split(" ")[0] for command in standin.commands]
    assert verbs[:6] == ["EHLO", "MAIL", "RCPT", "RSET", "MAIL", "RCPT"]


@pytest.mark.parametrize("said", [b"550 no\r\n", b"junk\r\n", DROP])
async def test_a_connection_that_cannot_be_reset_is_not_kept(said: bytes) -> None:
    """Releasing never raises, and the next message gets a connection of its own."""
    gateway = hops()
    async with StandIn({"RSET": said}, {}) as standin:
        conversation = await gateway.open(route(standin), soon())
        await ask(conversation, B)
        await conversation.release()
        await deliver(gateway, standin)

    assert len(standin.sessions) == 2


@pytest.mark.parametrize("verb", ["RCPT", "DATA"])
async def test_a_held_conversation_that_dies_is_taken_up_again_once(verb: str) -> None:
    """A fresh connection gets the same MAIL and recipients, parameters included, and the message once."""
    dying: Script = {verb: [b"250 ok\r\n", DROP] if verb == "RCPT" else DROP}
    options = (Option("NOTIFY", "NEVER"),)
    async with StandIn(dying, {}) as standin:
        conversation = await hops().open(route(standin), soon())
        deadline = soon()
        await conversation.mail(SENDER, envelope(), 77, deadline)
        await conversation.rcpt(Recipient(B.address, options), deadline)
        await conversation.rcpt(C, deadline)
        reply = await conversation.message([MESSAGE], deadline)
        await conversation.release()

    expected = [
        "MAIL FROM:<a@example.org> SIZE=77 BODY=8BITMIME",
        "RCPT TO:<b@example.net> NOTIFY=NEVER",
        "RCPT TO:<c@example.net>",
        "DATA",
    ]

    assert queued == reply
    assert expected == standin.commands[1:5]
    assert len(standin.messages) == 1


async def test_a_hop_that_closed_while_the_message_was_judged_is_asked_again() -> None:
    """421 and the end of the connection in an idle moment are noticed before DATA."""
    async with StandIn({"RCPT": b"250 ok\r\n421 4.4.2 idle\r\n" + DROP}, {}) as standin:
        conversation = await hops().open(route(standin), soon())
        await ask(conversation, B)
        await standin.sessions[0].closed.wait()
        reply = await conversation.message([MESSAGE], soon())
        await conversation.release()

    assert queued == reply


@pytest.mark.parametrize(
    "after",
    [{"RCPT": b"550 5.1.1 no\r\n"}, {"MAIL": b"550 no\r\n"}, {"DATA": DROP}, {"EHLO": b"250 no extensions\r\n"}],
    ids=["rcpt", "mail", "data", "less"],
)
async def test_what_cannot_be_taken_up_again_is_deferred(after: Script) -> None:
    """Once the client was told yes, a refusal of the new connection is 451, not 5xx; nothing is half delivered."""
    async with StandIn({"DATA": DROP}, after) as standin:
        with pytest.raises(Deferred) as raised:
            await deliver(hops(), standin)

    assert NEXT_HOP_DOWN.reply() == raised.value.reply
    assert standin.messages == []
    assert len(standin.sessions) == 2


async def test_no_part_of_the_recipients_gets_what_all_were_promised() -> None:
    """A recipient that the new connection refuses is not forgotten, even if the client goes on with DATA."""
    scripts: list[Script] = [{"RCPT": [b"250 ok\r\n", b"250 ok\r\n", DROP]}, {"RCPT": [b"250 ok\r\n", b"550 no\r\n"]}]
    async with StandIn(*scripts) as standin:
        conversation = await hops().open(route(standin), soon())
        await ask(conversation, B, C)
        for step in (
            conversation.rcpt(Recipient("d@example.net"), soon()),
            conversation.message([MESSAGE], soon()),
        ):
            with pytest.raises(Deferred):
                await step
        await conversation.release()

    assert standin.messages == []
    assert len(standin.sessions) == 2


async def test_utf8_addresses_are_refused_where_the_hop_has_no_smtputf8() -> None:
    """553 5.6.7 of our own, and nothing is sent regardless."""
    sender = Sender("ä@example.org")
    async with StandIn() as standin:
        conversation = await hops().open(route(standin), soon())
        by_flag = await conversation.mail(SENDER, envelope(smtputf8=True), None, soon())
        by_sender = await conversation.mail(sender, envelope(sender), None, soon())
        await conversation.mail(SENDER, envelope(), None, soon())
        by_recipient = await conversation.rcpt(Recipient("ä@example.net"), soon())
        await conversation.release()

    assert [SMTPUTF8_NEEDED.reply()] * 3 == [by_flag, by_sender, by_recipient]
    assert "SMTPUTF8" not in " ".join(standin.commands)


async def test_what_is_no_address_is_refused_here() -> None:
    """A line break in an address never reaches the hop."""
    bad = "a@example.org>\r\nRSET"
    async with StandIn() as standin:
        conversation = await hops().open(route(standin), soon())
        as_sender = await conversation.mail(Sender(bad), envelope(Sender(bad)), None, soon())
        await ask(conversation)
        as_recipient = await conversation.rcpt(Recipient(bad), soon())
        await conversation.release()

    assert [SYNTAX.reply()] * 2 == [as_sender, as_recipient]
    assert standin.commands[:2] == ["EHLO gw.example", "MAIL FROM:<a@example.org> BODY=8BITMIME"]


async def test_lmtp_answers_for_its_recipient() -> None:
    """LMTP is greeted with LHLO, and the reply after the dot is the recipient's."""
    gateway = hops()
    async with StandIn({"DOT": b"452 4.2.2 full\r\n"}, scheme=Scheme.LMTP) as standin:
        conversation = await gateway.open(route(standin), soon())
        await ask(conversation, B)
        reply = await conversation.message([MESSAGE], soon())
        await conversation.release()

    assert conversation.features.one_recipient
    assert Reply(452, "2.2", ("full",)) == reply


async def test_several_lmtp_replies_are_all_read() -> None:
    """Of several answers one that is no 2xx counts, and the connection stays in step."""
    gateway = hops()
    script: Script = {"DOT": [b"250 for b\r\n452 4.2.2 c is full\r\n", b"250 ok\r\n"]}
    async with StandIn(script, scheme=Scheme.LMTP) as standin:
        conversation = await gateway.open(route(standin), soon())
        await ask(conversation, B, C)
        reply = await conversation.message([MESSAGE], soon())
        await conversation.release()
        following = await deliver(gateway, standin)

    assert Reply(452, "2.2", ("c is full",)) == reply
    assert Reply(250, "", ("ok",)) == following
    assert len(standin.sessions) == 1
