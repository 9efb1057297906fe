"""What a transaction knows of itself, and lets go."""

from gateway.doors.smtp.parameters import Mail
from gateway.doors.smtp.transaction import Leg, Transaction
from gateway.model.envelope import Envelope, Peer, Recipient, Sender
from gateway.model.tenant import Group
from tests.unit.doors.smtp.standins import TENANTS, ScriptedConversation, ScriptedHop, policies

GROUP = Group(("acme",), TENANTS[0].policy, TENANTS[0].route)


def transaction() -> Transaction:
    """Return one with two recipients that go together, and one that goes alone."""
    legs = [
        Leg("ID1", GROUP, [Recipient("bob@acme.example"), Recipient("ann@acme.example")]),
        Leg("ID2", GROUP, [Recipient("eve@other.example")]),
        Leg("ID3", GROUP),
    ]
    mail = Mail(Sender("x@client.example"), 10, "8BITMIME", smtputf8=True)
    return Transaction("ID1", Peer("192.0.2.1", 25), mail, policies(), legs=legs)


def test_envelope_is_what_was_accepted_so_far_for_one_leg() -> None:
    """In the order in which it came; nothing in it tells of another leg."""
    now = transaction()

    recipients = (Recipient("bob@acme.example"), Recipient("ann@acme.example"))
    assert now.envelope(now.legs[0]) == Envelope(now.peer, now.mail.sender, recipients, smtputf8=True, body="8BITMIME")


def test_leg_without_recipients_is_not_taken() -> None:
    """Its conversation waits for the next recipient."""
    assert [leg.id for leg in transaction().taken] == ["ID1", "ID2"]


async def test_conversation_is_let_go_once() -> None:
    """However often the transaction ends."""
    hop, now = ScriptedHop(held=1), transaction()
    now.legs[1].conversation = ScriptedConversation(hop)

    await now.release()
    await now.release()

    assert (hop.asked, hop.held) == (["release"], 0)
