"""Letters, dots and unseen characters of file names."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.policy.lookalikes import latinised, without_unseen


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\u0435\u0445\u0435", "exe"),
        ("\u0458\u0455", "js"),
        ("a\u3002b\u0701c\u2024d", "a.b.c.d"),
        ("a\u2215b", "a/b"),
        ("e\u0335xe", "exe"),
        ("\u00fcbersicht", "ubersicht"),
        ("\u8cc7\u6599", "\u8cc7\u6599"),
    ],
    ids=ascii,
)
def test_borrowed_letters_and_dots_are_written_as_latin_ones(text: str, expected: str) -> None:
    """What has no look-alike stays."""
    assert expected == latinised(text)


@given(st.text(st.characters()))
def test_nothing_unseen_is_left(text: str) -> None:
    """And doing it twice changes nothing."""
    actual = without_unseen(text)

    assert actual == without_unseen(actual)
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"} for char in actual)


def test_what_is_to_be_kept_is_kept() -> None:
    """White space for showing."""
    assert "a\tb" == without_unseen("a\t\u200bb", "\t")
