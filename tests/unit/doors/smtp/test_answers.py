"""The next hop's replies on their way to the client."""

import pytest

from gateway.doors.ids import with_id
from gateway.doors.smtp.answers import passed_on
from gateway.model.reply import Reply


def test_reply_is_passed_on_with_our_id_in_its_last_line() -> None:
    """Code, enhanced code and text stay."""
    reply = passed_on(Reply(550, "1.1", ("no such user", "see https://hop.example")), "ID1")

    assert reply == Reply(550, "1.1", ("no such user", "see https://hop.example (id=ID1)"))


@pytest.mark.parametrize(("code", "enhanced"), [(250, "2.0.0"), (421, "4.0.0"), (450, "4.0.0"), (550, "5.0.0")])
def test_reply_without_an_enhanced_code_gets_the_undefined_one(code: int, enhanced: str) -> None:
    """We announce ENHANCEDSTATUSCODES for every reply (RFC 2034 section 4); the class stays."""
    assert enhanced == passed_on(Reply(code, "", ("so",)), "ID1").enhanced


def test_reply_without_text_gets_the_id_alone() -> None:
    """No blank in front."""
    assert passed_on(Reply(250, "", ("",)), "ID1").lines == ("(id=ID1)",)


def test_id_stands_once() -> None:
    """A reply that names the message already stays as it is."""
    reply = Reply(550, "7.1", ("malware: x; id=ID1",))

    assert with_id(reply, "ID1") is reply


@pytest.mark.parametrize("code", [421, 450, 451, 452, 500, 501, 503, 521, 530, 550, 551, 552, 553, 554, 555])
def test_class_of_a_refusal_stays(code: int) -> None:
    """4 stays 4, 5 stays 5, and 421 does not announce the end of our own connection."""
    passed = passed_on(Reply(code, "", ("no",)), "ID1")

    assert (passed.code // 100, passed.code == 421) == (code // 100, False)


@pytest.mark.parametrize("code", [300, 354, 399])
def test_intermediate_reply_is_no_success(code: int) -> None:
    """3xx answers no question that we asked."""
    assert passed_on(Reply(code, "", ("go on",)), "ID1").code == 451
