"""What a transaction knows of itself, and lets go."""

from gateway.doors.smtp.parameters import Mail
from gateway.doors.smtp.transaction import Transaction, release
from gateway.model.envelope import Envelope, Peer, Recipient, Sender
from tests.unit.doors.smtp.standins import ScriptedConversation, ScriptedHop, policies


def transaction() -> Transaction:
    """Return one with two recipients."""
    recipients = [Recipient("bob@acme.example"), Recipient("ann@acme.example")]
    mail = Mail(Sender("x@client.example"), 10, "8BITMIME", smtputf8=True)
    return Transaction("ID1", Peer("192.0.2.1", 25), mail, policies(), recipients)


def test_envelope_is_what_was_accepted_so_far() -> None:
    """In the order in which it came."""
    now = transaction()

    recipients = (Recipient("bob@acme.example"), Recipient("ann@acme.example"))
    assert now.envelope == Envelope(now.peer, now.mail.sender, recipients, smtputf8=True, body="8BITMIME")


async def test_conversation_is_let_go_once() -> None:
    """However often the transaction ends."""
    hop, now = ScriptedHop(held=1), transaction()
    now.conversation = ScriptedConversation(hop)

    await release(now)
    await release(now)

    assert (hop.asked, hop.held) == (["release"], 0)
