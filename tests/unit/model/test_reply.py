"""The catalogue of replies keeps its own rules."""

import re

import pytest

from gateway.model.reply import CATALOGUE, HELD, TAKEN, UNDELIVERED, Cause, Reply

OURS_TO_CURE = {"scanner_down", "deadline", "internal", "next_hop_down", "overload", "disk_full", "shutting_down"}


@pytest.mark.parametrize("cause", CATALOGUE, ids=lambda cause: f"{cause.word}-{cause.code}")
def test_cause_makes_a_reply_whose_classes_agree(cause: Cause) -> None:
    """The class of the enhanced code is the basic code's, and the reply is a refusal of one kind."""
    reply = cause.reply()

    assert reply.enhanced.split(".")[0] == str(reply.code)[0]
    assert re.fullmatch(r"\d\.\d{1,3}\.\d{1,3}", reply.enhanced)
    assert [reply.is_transient, reply.is_permanent, cause in {HELD, TAKEN, UNDELIVERED}].count(True) == 1


@pytest.mark.parametrize("cause", CATALOGUE, ids=lambda cause: f"{cause.word}-{cause.code}")
def test_cause_begins_with_its_word_and_fits_a_line(cause: Cause) -> None:
    """The word is stable and printable; the sentence leaves room for part, rule and id."""
    assert re.fullmatch(r"[a-z0-9_]+", cause.word)
    assert cause.reply().lines[0].startswith(f"{cause.word}: ")
    assert cause.text.isascii()
    assert cause.text.isprintable()
    assert len(cause.text) <= 200


def test_one_word_has_one_class() -> None:
    """A word never means "try again" here and "never" there."""
    classes = {(cause.word, cause.code // 100) for cause in CATALOGUE}

    assert len(classes) == len({cause.word for cause in CATALOGUE})


def test_what_is_our_fault_is_temporary() -> None:
    """5xx is only for what the sender can cure or must know."""
    ours = {cause.word: cause.code // 100 for cause in CATALOGUE if cause.word in OURS_TO_CURE}

    assert ours == dict.fromkeys(OURS_TO_CURE, 4)


def test_extras_stand_behind_the_sentence() -> None:
    """Id, part and rule follow, and empty ones leave no trace."""
    cause = Cause("odd", 550, "7.1", "this is odd")

    assert cause.reply("part=1", "", "id=2").lines == ("odd: this is odd; part=1; id=2",)


@pytest.mark.parametrize(("code", "kind"), [(250, "2"), (354, "3"), (451, "4"), (550, "5")])
def test_first_digit_decides_what_a_reply_means(code: int, kind: str) -> None:
    """Exactly one of the four questions is answered with yes."""
    reply = Reply(code, "", ("x",))
    said = {
        "2": reply.is_positive,
        "3": reply.is_intermediate,
        "4": reply.is_transient,
        "5": reply.is_permanent,
    }

    assert [digit for digit, holds in said.items() if holds] == [kind]


def test_reply_without_enhanced_code_has_none() -> None:
    """An old next hop's reply stays as it is."""
    reply = Reply(550, "", ("no", "way"))

    assert reply.enhanced == ""
    assert str(reply) == "550 no / way"
