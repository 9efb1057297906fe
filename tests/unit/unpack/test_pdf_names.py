"""Names of PDF objects in every spelling."""

import pytest

from gateway.unpack.opener import Unreadable
from gateway.unpack.pdf_names import active, places


@pytest.mark.parametrize("spelled", [b"/JavaScript", b"/#4AavaScript", b"/#4aavaScript", b"/JavaScrip#74"])
def test_name_is_found_in_every_spelling(spelled: bytes) -> None:
    """Each letter may stand as its number."""
    assert active(places(b"<</S" + spelled + b"/JS 5 0 R>>")) == ["JavaScript"]


@pytest.mark.parametrize("text", [b"/JavaScripts ", b"/Javascript ", b"JavaScript ", b"/LaunchX", b"/EFF 1"])
def test_other_names_are_not_found(text: bytes) -> None:
    """Names are told from longer ones and by their case."""
    assert not places(text)


def test_offsets_are_behind_the_names() -> None:
    """There the value begins."""
    assert places(b"/EF<<>> /EF 3 0 R")["EF"] == [3, 11]


def test_too_many_names_are_refused() -> None:
    """Memory is bounded before the list grows."""
    with pytest.raises(Unreadable):
        places(b"/EF " * 100_002)
