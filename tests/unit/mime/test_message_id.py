"""The sender's name of a message, from its header."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mime.message_id import message_id


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (b"Subject: x\r\nMessage-ID: <a@b>\r\n\r\nhello", "<a@b>"),
        (b"message-id:<a@b>\r\n", "<a@b>"),
        (b"Message-ID:\r\n <a@\r\n\tb>\r\nSubject: x\r\n\r\n", "<a@b>"),
        (b"Subject: x\n\nMessage-ID: <body@b>\n", ""),
        (b"X-Message-ID: <a@b>\r\n\r\n", ""),
        (b"Subject: x\r\n Message-ID: <a@b>\r\n\r\n", ""),
        (b"Message-ID: <\x1b[31m\xff@b>\r\n\r\n", r"<\x1b[31m\xff@b>"),
        (b"Message-ID: " + b"a" * 10_000, "a" * 250),
        (b"", ""),
    ],
)
def test_name_is_found_and_can_be_shown(start: bytes, expected: str) -> None:
    """Folded or not, only in the header, printable, bounded."""
    assert message_id(start) == expected


@given(st.binary())
def test_any_bytes_have_a_name_that_can_be_shown(start: bytes) -> None:
    """No input raises."""
    found = message_id(b"Message-ID:" + start)

    assert found.isascii()
    assert found.isprintable()
