"""Where the message of a mailbox file begins."""

import pytest

from gateway.mime.mailbox import mailbox_start

LINE = b"From anna@a.example Mon Mar  3 10:00:00 2025\n"
MAIL = b"From: anna@a.example\nSubject: x\n\nFrom here it is prose.\n"


@pytest.mark.parametrize(
    ("data", "start"),
    [(MAIL, 0), (LINE + MAIL, len(LINE)), (LINE + MAIL + b"\n" + LINE + MAIL, -1), (b"", 0)],
    ids=["mail", "one", "two", "empty"],
)
def test_one_message_begins_behind_its_mark(data: bytes, start: int) -> None:
    """A line of prose that begins with From separates nothing; a second message does."""
    assert mailbox_start(data) == start
