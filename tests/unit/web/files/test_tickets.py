"""Tickets for downloads."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.edit.tokens import Claims, sign
from gateway.web.files.tickets import SECONDS, is_valid, issue

KEYS = (b"new" * 11, b"old" * 11)


def test_ticket_is_for_one_token_and_one_hour() -> None:
    """Not for another link, and not later."""
    ticket = issue("token", 1000.0, KEYS)

    assert is_valid(ticket, "token", 1000.0 + SECONDS - 1, KEYS)
    assert not is_valid(ticket, "token", 1000.0 + SECONDS, KEYS)
    assert not is_valid(ticket, "tokem", 1000.0, KEYS)


def test_ticket_outlives_a_new_key_and_not_the_loss_of_its_own() -> None:
    """Keys rotate under downloads."""
    ticket = issue("token", 0.0, KEYS[1:])

    assert is_valid(ticket, "token", 0.0, KEYS)
    assert not is_valid(ticket, "token", 0.0, KEYS[:1])


def test_token_is_no_ticket() -> None:
    """Same keys, another purpose."""
    token = sign(Claims("f", "t", "a", 9_999_999), KEYS)

    assert not is_valid(token, token, 0.0, KEYS)


@given(st.text(max_size=80))
def test_nothing_else_is_a_ticket(text: str) -> None:
    """And nothing raises."""
    assert not is_valid(text, "token", 0.0, KEYS)
