"""Command lines, however they arrive."""

import asyncio
from contextlib import suppress
from itertools import zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.doors.smtp.incoming import ROOM, Incoming, is_hello, split_command
from gateway.model.errors import Refused


def incoming(*pieces: bytes, max_line: int = 20) -> Incoming:
    """Return input that comes in `pieces`, each when it is asked for, and then ends."""
    coming = iter(pieces)

    async def more() -> None:
        piece = next(coming, None)
        if piece is None:
            raise EOFError
        source.feed(piece)

    source = Incoming(more, max_line)
    return source


async def test_lines_come_one_by_one_and_then_the_end() -> None:
    """What is read ahead is kept; an unfinished line is no line."""
    source = incoming(b"NOOP\r\nQUIT\nRS")

    first = await source.line()
    second = source.line_at_once()

    assert (first, second, source.line_at_once()) == (b"NOOP\r\n", b"QUIT\n", None)
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


async def test_piece_is_taken_up_to_a_limit_and_the_rest_stays() -> None:
    """A chunk ends where its count says, in the middle of what came."""
    source = incoming(b"BDAT 3\r\nabcNOOP\r\n")

    await source.line()

    assert (await source.piece(3), await source.piece(100)) == (b"abc", b"NOOP\r\n")


@given(st.lists(st.binary(max_size=9), max_size=9), st.lists(st.integers(0, 12), max_size=9))
def test_input_stays_whole_however_it_is_fed_and_read(fed: list[bytes], read: list[int]) -> None:
    """What comes out is what went in, in order; nothing that was read lies around."""
    source = Incoming(_no_more, 20)
    taken = b""
    for piece, limit in zip_longest(fed, read, fillvalue=None):
        source.feed(piece or b"")
        if limit and source.has_any:
            taken += asyncio.run(source.piece(limit))

    assert b"".join(fed) == taken + source.take()


def test_more_than_the_room_is_told() -> None:
    """Whoever feeds stops reading above that, and goes on when it was read."""
    source = Incoming(_no_more, 20)
    source.feed(b"x" * ROOM)
    before = source.is_full
    source.feed(b"x")

    assert (before, source.is_full, len(source.take()), source.is_full) == (False, True, ROOM + 1, False)


async def _no_more() -> None:
    raise EOFError


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
