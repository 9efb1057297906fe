"""Runs of digits without a word around them."""

from gateway.mime.bare import find_bare
from tests import builders
from tests.unit.mime import encoders


def runs(text: bytes) -> list[bytes]:
    """Decode the runs of a text."""
    return [b"".join(one.chunks) for one in find_bare(text)]


def test_bare_run_may_begin_the_text() -> None:
    """A body without any word around it is such a run."""
    assert runs(encoders.bare_base64(builders.program())) == [builders.program()]


def test_words_and_addresses_are_no_runs() -> None:
    """A run stands on lines of its own."""
    digits = "QUJD" * 30

    assert runs(f"see https://a.example/{digits} and token={digits}\n> {digits}\nRegards\n".encode()) == []


def test_no_run_is_announced() -> None:
    """Whether it is a file only the content can tell."""
    assert [one.is_marked for one in find_bare(encoders.ascii85(b"x" * 99))] == [False]
