"""The language of a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.files.languages import chosen


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "de"),
        ("fr", "fr"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("pt-BR, *;q=0.1", "de"),
        ("de;q=0.2, fr;q=0.9", "fr"),
        ("de;q=0, *", "fr"),
        ("DE-at", "de"),
        ("xx;q=nonsense,,;;", "de"),
    ],
)
def test_reader_gets_the_language_that_fits_best(accept: str, expected: str) -> None:
    """Among what the tenant has; its first one where nothing fits."""
    assert expected == chosen(accept, ["de", "fr", "en"])


@given(st.text(max_size=2000))
def test_every_field_ends_in_an_offered_language(accept: str) -> None:
    """Nonsense is no language."""
    assert chosen(accept, ["de", "en"]) in ("de", "en")
