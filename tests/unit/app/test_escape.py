"""Text from strangers, made safe to show."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.app.escape import visible


@given(st.text())
def test_nothing_unprintable_is_left(text: str) -> None:
    """Whatever comes in, the outcome is printable on one line."""
    assert visible(text).isprintable()


def test_terminal_escapes_and_direction_marks_are_spelled_out() -> None:
    """ESC, line ends and bidirectional marks are shown, not obeyed."""
    assert visible("a\x1b[2J\r\n\u202egpj.exe") == r"a\x1b[2J\r\n\u202egpj.exe"


def test_printable_text_stays_as_it_is() -> None:
    """Letters of any script are no danger."""
    assert visible("Größe — 価格.pdf") == "Größe — 価格.pdf"


def test_long_text_is_cut() -> None:
    """A name of a megabyte does not fill the log."""
    assert visible("x" * 1_000_000, 5) == "xxxxx…"
