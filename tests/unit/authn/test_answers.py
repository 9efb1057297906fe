"""DNS as data."""

import pytest

from gateway.authn.answers import Answer, Answers, Found, Kind, Question, is_name


def test_what_is_not_known_is_asked_for_once_and_in_order() -> None:
    """The worker must fetch each question once, in the order in which it came up."""
    answers = Answers(((Question(Kind.A, "known.example"), Answer(Found.RECORDS, ("192.0.2.1",))),))

    looked = [answers.look(Kind.TXT, "B.example."), answers.look(Kind.A, "known.example")]
    answers.look(Kind.TXT, "b.example")
    answers.look(Kind.MX, "a.example")

    assert looked == [None, Answer(Found.RECORDS, ("192.0.2.1",))]
    assert answers.missing == (Question(Kind.TXT, "b.example"), Question(Kind.MX, "a.example"))


@pytest.mark.parametrize("name", ["", "a..b", "x" * 64 + ".example", "a b.example", "ä.example", "a\\.b", "a." * 130])
def test_a_name_that_dns_cannot_hold_has_no_records_and_is_not_asked_for(name: str) -> None:
    """Hostile names must not reach the resolver."""
    answers = Answers()

    assert Answer(Found.NOTHING) == answers.look(Kind.TXT, name)
    assert answers.missing == ()


def test_names_with_underscores_are_names() -> None:
    """Keys lie below _domainkey."""
    assert is_name("sel._domainkey.example.org")
