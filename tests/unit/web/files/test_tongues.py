"""The languages of the pages."""

from dataclasses import fields

import pytest

from gateway.adapters.notices import languages
from gateway.web.files.tongues import TONGUES
from gateway.web.files.words import Said, Words


def test_pages_speak_what_notices_speak() -> None:
    """Whoever can read the mail can read the page."""
    assert languages() == TONGUES.keys()


@pytest.mark.parametrize("words", TONGUES.values(), ids=TONGUES)
def test_every_sentence_is_there(words: Words) -> None:
    """No empty word, twelve months, and a day that can be written."""
    said = {one.name: getattr(words, one.name) for one in fields(Words)}

    assert all(said.values())
    assert all(one.title and one.text.endswith((".", "!")) for one in said.values() if isinstance(one, Said))
    assert len(words.months) == 12
    assert "2026" in words.day.format(day=1, month="x", year=2026, hour=1, minute=2)


@pytest.mark.parametrize("words", [one for one in TONGUES.values() if one.tag != "en"], ids=lambda one: one.tag)
def test_no_sentence_was_left_in_english(words: Words) -> None:
    """Every heading is the language's own."""
    english = TONGUES["en"]
    headings = [one.name for one in fields(Words) if isinstance(getattr(words, one.name), Said)]

    assert [one for one in headings if getattr(words, one) == getattr(english, one)] == []
