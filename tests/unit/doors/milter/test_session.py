"""What the MTA tells of client and message becomes the envelope that is judged."""

import pytest

from gateway.doors.milter.session import Session
from gateway.model.envelope import Peer, Recipient
from gateway.model.errors import Deferred, Refused
from gateway.wire.milter_frames import FrameReader
from gateway.wire.milter_session import MilterSession
from tests.unit.doors.milter.standins import World
from tests.unit.wire import milter_talk as talk

RAW = b"Subject: hi\r\n\r\nhello\r\n"


def told(stream: bytes, session: Session | None = None, recipients: int = 1000) -> Session:
    """Return a session that took a conversation."""
    wire = session._wire if session else MilterSession()
    session = session or Session(World().door(recipients=recipients)._shared, wire)
    for one in FrameReader().feed(stream):
        session.take(wire.take(one))
    return session


def test_client_is_who_the_mta_says_it_is() -> None:
    """Address, name, TLS and queue id, for log and policy."""
    opening = talk.options() + talk.connect("2001:db8::1", 25, b"6") + talk.helo()
    opening += talk.macros(b"M", tls_version="TLSv1.3", cipher="X") + talk.mail("") + talk.rcpt()
    job = told(opening + talk.macros(b"E", i="4711") + talk.message(RAW)).job()
    assert job
    envelope = job.envelope

    assert envelope.peer == Peer("2001:db8::1", 25, "client.example", "TLSv1.3 X")
    assert (envelope.sender.address, envelope.recipients) == (None, (Recipient("bob@acme.example"),))
    assert (envelope.queue_id, b"".join(job.spool.chunks())) == ("4711", RAW)


@pytest.mark.parametrize("ip", ["nonsense", "", "999.1.1.1"])
def test_what_is_no_address_is_nobodys(ip: str) -> None:
    """It would go into log and SPF as it is."""
    assert told(talk.options() + talk.connect(ip)).client == ""


def test_name_that_is_not_printable_is_left_out() -> None:
    """It comes from the client."""
    session = told(talk.options() + talk.connect() + talk.helo("a\tb") + talk.mail())
    assert session.transaction

    assert session.transaction.peer.helo == ""


def test_last_piece_of_the_body_may_come_with_the_end() -> None:
    """As the protocol allows."""
    begun = told(talk.options() + talk.connect() + talk.mail() + talk.rcpt() + talk.END_OF_HEADER + talk.body(b"a"))
    job = told(talk.strings(b"E")[:4].replace(b"\1", b"\4") + b"Eb\r\n", begun).job()
    assert job

    assert b"".join(job.spool.chunks()) == b"\r\nab\r\n"


def test_recipients_are_bounded() -> None:
    """The rest is for another transaction."""
    session = told(talk.options() + talk.connect() + talk.mail() + talk.rcpt(), recipients=1)

    with pytest.raises(Deferred, match="too many recipients"):
        told(talk.rcpt(), session)


def test_message_keeps_the_policies_with_which_it_began() -> None:
    """A reload in between changes nothing."""
    session = told(talk.options() + talk.connect() + talk.mail())
    assert session.transaction
    before = session.transaction.policies
    told(talk.rcpt(), session)

    assert session.transaction.policies is before
    with pytest.raises(Refused):
        told(talk.rcpt("bob@nowhere.example"), session)
