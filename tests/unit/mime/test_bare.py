"""Runs of digits without a word around them."""

import base64

from gateway.mime.bare import find_bare, find_inline
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

    assert runs(f"see https://a.example/{digits} and token={digits}\nRegards\n".encode()) == []


def test_no_run_is_announced() -> None:
    """Whether it is a file only the content can tell."""
    assert [one.is_marked for one in find_bare(encoders.ascii85(b"x" * 99))] == [False]


def test_quoted_run_is_a_run() -> None:
    """Whoever pastes it into a decoder takes the quoting off."""
    quoted = encoders.bare_base64(builders.program()).rstrip().replace(b"\n", b"\n> ")

    assert runs(b"> " + quoted + b"\n") == [builders.program()]


def test_values_and_literals_stand_inside_lines() -> None:
    """Calendars and cards fold them, scripts quote them."""
    digits = base64.b64encode(builders.program()).decode()
    folded = "\r\n ".join(digits[at : at + 70] for at in range(0, len(digits), 70))
    calendar = f"BEGIN:VCALENDAR\r\nATTACH;FMTTYPE=x/y;ENCODING=BASE64;VALUE=BINARY:{folded}\r\nEND:VEVENT\r\n".encode()
    script = f"[Convert]::FromBase64String('{digits}')\r\n".encode()
    found = [(one.coding, b"".join(one.chunks)) for text in (calendar, script) for one in find_inline(text)]

    assert found == [("value", builders.program()), ("literal", builders.program())]
