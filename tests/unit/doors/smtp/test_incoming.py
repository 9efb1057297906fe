"""Command lines, however they arrive."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.doors.smtp.incoming import Incoming, is_hello, split_command
from gateway.model.errors import Refused


def incoming(*pieces: bytes, max_line: int = 20) -> Incoming:
    """Return input that ends after `pieces`."""
    reader = asyncio.StreamReader()
    for piece in pieces:
        reader.feed_data(piece)
    reader.feed_eof()
    return Incoming(reader, max_line)


async def test_lines_come_one_by_one_and_then_the_end() -> None:
    """What is read ahead is kept; an unfinished line is no line."""
    source = incoming(b"NOOP\r\nQUIT\nRS")

    first = await source.line()
    had_line = source.has_line
    second = await source.line()

    assert (first, had_line, second, source.has_line) == (b"NOOP\r\n", True, b"QUIT\n", False)
    with pytest.raises(EOFError):
        await source.line()


async def test_overlong_line_is_dropped_to_its_end() -> None:
    """The next line is read as if nothing had happened."""
    source = incoming(b"x" * 21 + b"\r\n" + b"NOOP\r\n")

    with pytest.raises(Refused, match="too long"):
        await source.line()
    assert await source.line() == b"NOOP\r\n"


async def test_data_begins_with_what_was_read_ahead() -> None:
    """Nothing is lost between commands and data, in both directions."""
    source = incoming(b"DATA\r\nhello")

    await source.line()
    piece = await source.piece()
    source.put_back(b"NOOP\r\n")

    assert (piece, await source.line()) == (b"hello", b"NOOP\r\n")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"noop\r\n", ("NOOP", "")),
        (b"MAIL FROM:<a@b.example> SIZE=1  \r\n", ("MAIL", "FROM:<a@b.example> SIZE=1")),
        ("RCPT TO:<\u00fc@b.example>\r\n".encode(), ("RCPT", "TO:<\u00fc@b.example>")),
        (b"\r\n", ("", "")),
    ],
)
def test_command_is_split_at_the_first_blank(line: bytes, expected: tuple[str, str]) -> None:
    """Verbs in upper case; blanks at the end are tolerated (RFC 5321 section 4.1.1)."""
    assert expected == split_command(line)


@given(st.binary(max_size=30))
def test_line_is_text_or_refused(line: bytes) -> None:
    """Whatever a client sends, a command holds no control characters."""
    with suppress(Refused):
        verb, argument = split_command(line)

        assert line.endswith(b"\r\n")
        assert not any(ord(char) < 32 or char == "\x7f" for char in verb + argument)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mx.example", True),
        ("WIN_1", True),
        ("[192.0.2.1]", True),
        ("[IPv6:::1]", True),
        ("", False),
        ("a b", False),
        ("a\r\nX: y", False),
        ("(x)", False),
        ("m\u00fcller.example", False),
        ("x" * 256, False),
    ],
)
def test_hello_holds_nothing_that_could_break_a_header(name: str, expected: bool) -> None:  # noqa: FBT001
    """The name stands in the trace field."""
    assert expected == is_hello(name)
