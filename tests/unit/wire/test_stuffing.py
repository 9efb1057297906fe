"""Dot-stuffing is exact wherever chunks are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wire.stuffing import Stuffer

messages = st.lists(st.sampled_from([b".", b"..", b"\r\n", b"\r", b"\n", b"a", b"\r\n.\r\n"]), max_size=30).map(
    b"".join
)


def stuffed(*chunks: bytes) -> bytes:
    stuffer = Stuffer()
    return b"".join([*map(stuffer.feed, chunks), stuffer.end()])


def unstuffed(wire: bytes) -> bytes:
    """Read DATA as RFC 5321 section 4.5.2 tells a receiver to, line by line."""
    lines = wire.split(b"\r\n")

    assert wire.endswith(b".\r\n")
    assert lines.index(b".") == len(lines) - 2
    return b"".join(line.removeprefix(b".") + b"\r\n" for line in lines[:-2])


@given(messages)
def test_every_cut_gives_the_same_bytes(message: bytes) -> None:
    """A chunk border anywhere changes nothing."""
    whole = stuffed(message)

    assert {whole} == {stuffed(message[:cut], message[cut:]) for cut in range(len(message) + 1)}
    assert whole == stuffed(*(message[i : i + 1] for i in range(len(message))))


@given(messages)
def test_the_receiver_reads_the_message(message: bytes) -> None:
    """Unstuffing gives the original back, with a final CR LF where it had none."""
    complete = message if message.endswith(b"\r\n") or not message else message + b"\r\n"

    assert complete == unstuffed(stuffed(message))


@given(messages, st.integers(0, 40))
def test_what_goes_by_leaves_no_trace(message: bytes, length: int) -> None:
    """Around a part without dots that is sent as it is, everything is stuffed as if it had been looked at."""
    part, behind = b"a\r\n" * length + b"\r\n", b"a.\r\n" + message
    stuffer = Stuffer()

    wire = stuffer.feed(message) + part
    stuffer.pass_by()
    wire += stuffer.feed(behind) + stuffer.end()

    assert stuffed(message, part, behind) == wire


@pytest.mark.parametrize(
    ("message", "wire"),
    [
        (b"", b".\r\n"),
        (b".", b"..\r\n.\r\n"),
        (b"a\r\n", b"a\r\n.\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b"a\r", b"a\r\r\n.\r\n"),
        (b"a\n.b\r\n", b"a\n.b\r\n.\r\n"),
        (b".\r\n..\r\n", b"..\r\n...\r\n.\r\n"),
    ],
)
def test_edges(message: bytes, wire: bytes) -> None:
    """The ends of a message, and what is no line end, are handled to the letter."""
    assert wire == stuffed(message)
