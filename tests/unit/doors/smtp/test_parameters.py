"""MAIL and RCPT arguments beyond what the scripts show."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.doors.smtp.parameters import Mail, parse_mail, parse_rcpt
from gateway.model.envelope import Option, Recipient, Sender
from gateway.model.errors import Refused

WORDS = st.sampled_from(
    [
        "FROM:",
        "TO:",
        "<",
        ">",
        "a@b.example",
        " ",
        "SIZE=",
        "1",
        "BODY=8BITMIME",
        "SMTPUTF8",
        "=",
        "\u00fc",
        '"',
        "X-Y=z",
    ]
)


def test_mail_keeps_its_parameters() -> None:
    """Keywords in upper case, values as written, and what they mean."""
    mail = parse_mail("from:<a@b.example> size=10 Body=8bitMIME SMTPUTF8", esmtp=True)

    options = (Option("SIZE", "10"), Option("BODY", "8bitMIME"), Option("SMTPUTF8"))
    assert mail == Mail(Sender("a@b.example", options), 10, "8BITMIME", smtputf8=True)


def test_null_sender_is_nobody() -> None:
    """`<>` has no address, and no parameters unless given."""
    assert parse_mail("FROM:<>", esmtp=False) == Mail(Sender(None), None, "7BIT", smtputf8=False)


@pytest.mark.parametrize(
    ("sender", "word"), [("<postmaster>", "bad_sender"), ("<root>", "bad_sender"), ("<a@b", "syntax")]
)
def test_sender_without_a_domain_is_refused(sender: str, word: str) -> None:
    """Nobody could answer to it."""
    with pytest.raises(Refused) as refused:
        parse_mail(f"FROM:{sender}", esmtp=True)

    assert refused.value.reply.lines[0].startswith(word)


def test_local_part_of_a_recipient_has_a_bound_and_of_a_sender_not() -> None:
    """64 octets (RFC 5321 section 4.5.3.1.1); bounce addresses of real senders are longer."""
    local = "x" * 65
    rcpt = {"esmtp": True, "smtputf8": False}

    assert parse_rcpt(f"TO:<{local[1:]}@b.example>", postmaster="", **rcpt).address == f"{local[1:]}@b.example"
    assert parse_mail(f"FROM:<{local}@b.example>", esmtp=True).sender.address == f"{local}@b.example"
    with pytest.raises(Refused):
        parse_rcpt(f"TO:<{local}@b.example>", postmaster="", **rcpt)


def test_bare_postmaster_goes_where_the_settings_say() -> None:
    """Without a configured address there is nobody to take it."""
    found = parse_rcpt("TO:<POSTMASTER>", esmtp=True, smtputf8=False, postmaster="admin@b.example")

    assert found == Recipient("admin@b.example")
    with pytest.raises(Refused, match="nobody's postmaster"):
        parse_rcpt("TO:<POSTMASTER>", esmtp=True, smtputf8=False, postmaster="")


@given(st.lists(WORDS, max_size=8).map("".join) | st.text(max_size=40), st.booleans())
def test_any_argument_is_taken_or_refused(argument: str, esmtp: bool) -> None:  # noqa: FBT001
    """Nothing that a client writes raises anything but a refusal."""
    with suppress(Refused):
        parse_mail("FROM:" + argument, esmtp=esmtp)
    with suppress(Refused):
        parse_rcpt("TO:" + argument, esmtp=esmtp, smtputf8=True, postmaster="")
