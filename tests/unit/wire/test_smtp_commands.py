"""What goes into MAIL and RCPT is checked, and fits what the hop offers."""

import pytest

from gateway.model.envelope import Envelope, Option, Peer, Recipient, Sender
from gateway.model.reply import Reply
from gateway.wire.smtp_commands import BadPath, Extensions, mail, path, rcpt

ALL = Extensions(size=True, body8bit=True, smtputf8=True, dsn=True)
NONE = Extensions()


def mail_line(sender: Sender, offered: Extensions, size: int | None = None, *, smtputf8: bool = False) -> str:
    return mail(sender, Envelope(Peer("192.0.2.1", 1), sender, (), smtputf8=smtputf8), size, offered).decode()


@pytest.mark.parametrize(
    "address",
    [
        "a@example.org",
        "a.b+c@example.org",
        "a..b.@example.org",
        "!#$%&'*+-/=?^_`{|}~@x",
        '"a b"@example.org',
        '"a\\"b"@example.org',
        '"<a>"@example.org',
        "a@[192.0.2.1]",
        "a@[IPv6:2001:db8::1]",
        "postmaster",
        "PostMaster",
        "größe@bücher.example",
        "a_b@under_score.example",
    ],
)
def test_an_address_is_kept_to_the_letter(address: str) -> None:
    """Case, quoting and odd local parts reach the next hop as they are."""
    assert f"<{address}>" == path(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "@example.org",
        "a@",
        "a b@example.org",
        "a@example.org> SIZE=1",
        "a@example.org\r\nDATA",
        "a\n@example.org",
        "a\0@example.org",
        '"a"b@example.org',
        '"a\r\n"@example.org',
        '"a\\"@example.org',
        "<a@example.org>",
        "@relay.example:a@example.org",
        "a@example.org,b@example.org",
        "a@[192.0.2.1",
        "a\u2028@example.org",
        "a\ud800@example.org",
        "a\u0085@example.org",
        "a" * 600 + "@example.org",
        "ä" * 300 + "@example.org",
    ],
)
def test_what_is_no_mailbox_is_never_written(address: str) -> None:
    """Nothing can leave the angle brackets, and nothing endless goes out."""
    with pytest.raises(BadPath):
        path(address)


def test_the_null_sender_is_the_null_path() -> None:
    """Bounces stay bounces."""
    expected = "MAIL FROM:<>\r\n"

    assert expected == mail_line(Sender(None), NONE)


def test_parameters_are_sent_where_offered() -> None:
    """A hop that offers all gets all, each from its own place."""
    sender = Sender("a@example.org", (Option("RET", "HDRS"), Option("ENVID", "QQ+2B314159"), Option("SIZE", "9")))
    expected = "MAIL FROM:<a@example.org> SIZE=100 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ+2B314159\r\n"

    assert expected == mail_line(sender, ALL, 100, smtputf8=True)


def test_parameters_are_left_out_where_not_offered() -> None:
    """A hop that offers nothing gets the bare command."""
    sender = Sender("a@example.org", (Option("RET", "HDRS"), Option("ENVID", "1")))
    recipient = Recipient("b@example.net", (Option("NOTIFY", "NEVER"),))
    expected = ("MAIL FROM:<a@example.org>\r\n", b"RCPT TO:<b@example.net>\r\n")

    assert expected == (mail_line(sender, NONE, 100), rcpt(recipient, NONE))


def test_smtputf8_is_said_only_where_it_is_needed() -> None:
    """An ASCII transaction must not depend on what later hops can do."""
    assert "SMTPUTF8" not in mail_line(Sender("a@example.org"), ALL)
    assert mail_line(Sender("ä@example.org"), ALL).endswith(" SMTPUTF8\r\n")


def test_recipient_parameters_stay_with_their_recipient() -> None:
    """NOTIFY and ORCPT are written for the recipient that they came with."""
    options = (Option("NOTIFY", "SUCCESS,FAILURE"), Option("ORCPT", "rfc822;b+2Bc@example.net"))
    expected = b"RCPT TO:<b@example.net> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b+2Bc@example.net\r\n"

    assert expected == rcpt(Recipient("b@example.net", options), ALL)


@pytest.mark.parametrize(
    "option",
    [
        Option("NOTIFY"),
        Option("NOTIFY", ""),
        Option("NOTIFY", "SUCCESS,NEVER"),
        Option("NOTIFY", "SUCCESS\r\nDATA"),
        Option("ORCPT", "rfc822;a b"),
        Option("ORCPT", "rfc822;a+2b"),
        Option("ORCPT", "rfc822;a=b"),
        Option("ORCPT", "no-type"),
        Option("ORCPT", "rfc822;" + "a" * 500),
        Option("X-OTHER", "1"),
    ],
    ids=str,
)
def test_a_bad_parameter_is_left_out(option: Option) -> None:
    """What does not fit its grammar never reaches the hop."""
    expected = rcpt(Recipient("b@example.net"), ALL)

    assert expected == rcpt(Recipient("b@example.net", (option,)), ALL)


def test_reads_what_the_hop_offers() -> None:
    """Keywords count in any case; the first line is a name, not a keyword."""
    reply = Reply(250, "", ("SMTPUTF8.example hi", "pipelining", "SIZE 1000", "8BITMIME ", "DSN", "STARTTLS", "X-Y z"))

    assert Extensions(True, True, True, 1000, True, False, True) == Extensions.of(reply)


@pytest.mark.parametrize("parameter", ["", " 0", " -1", " many", " ²", " " + "9" * 30])
def test_a_size_without_a_sensible_limit_is_no_limit(parameter: str) -> None:
    """SIZE may be used although no limit is known."""
    assert Extensions(size=True) == Extensions.of(Reply(250, "", ("mx", f"SIZE{parameter}")))
