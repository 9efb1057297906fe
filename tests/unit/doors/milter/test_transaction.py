"""What the MTA says of a message, as the rest of the house knows it."""

import pytest

from gateway.doors.milter.transaction import Transaction, options, path
from gateway.model.envelope import Option, Peer, Sender
from gateway.model.span import Span
from tests.unit.doors.smtp.standins import policies


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        (b"<ann@client.example>", "ann@client.example"),
        (b"ann@client.example", "ann@client.example"),
        (b"<>", ""),
        (b"<@relay.example,@other.example:ann@client.example>", "ann@client.example"),
        ("<\u00e4nn@client.example>".encode(), "\u00e4nn@client.example"),
        (b"<\xff@client.example>", "\ufffd@client.example"),
    ],
    ids=["brackets", "bare", "null", "route", "utf8", "noise"],
)
def test_path_is_taken_as_the_mta_took_it(argument: bytes, expected: str) -> None:
    """Postfix and Sendmail write brackets, others may not."""
    assert expected == path(argument)


def test_parameters_of_mail_become_the_envelope() -> None:
    """BODY and SMTPUTF8 mean what they mean at the SMTP door."""
    said = options((b"size=5", b"BODY=8bitmime", b"SMTPUTF8"))
    now = Transaction("ID1", Peer("", 0), Sender(None, said), policies())
    envelope = now.envelope("4711")

    assert said == (Option("SIZE", "5"), Option("BODY", "8bitmime"), Option("SMTPUTF8"))
    assert (envelope.body, envelope.smtputf8, envelope.queue_id) == ("8BITMIME", True, "4711")


def test_fields_are_rebuilt_and_their_places_kept() -> None:
    """Folded with CR LF whatever the MTA folds with; the space is the sender's or one blank."""
    now = Transaction("ID1", Peer("", 0), Sender(None), policies())
    raw = [
        now.keep_field(b"Subject", b"  hi\n\tthere", has_space=True),
        now.keep_field(b"X-A", b"b\r\n c", has_space=False),
        now.keep_field(b"X-Empty", b"", has_space=True),
    ]

    assert raw == [b"Subject:  hi\r\n\tthere\r\n", b"X-A: b\r\n c\r\n", b"X-Empty:\r\n"]
    assert now.fields == [(b"Subject", Span(0, 22)), (b"X-A", Span(22, 34)), (b"X-Empty", Span(34, 44))]
    assert now.head == 44
