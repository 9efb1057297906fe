"""Frames are split wherever the network cuts them, and bounded before they are kept."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.reply import Reply
from gateway.wire import milter_frames
from gateway.wire.milter_frames import Actions, BadFrame, Frame, FrameReader, Steps, frame, reply_code

commands = st.integers(0, 255).map(lambda byte: bytes([byte]))
frames = st.lists(st.tuples(commands, st.binary(max_size=50)), max_size=8)


@given(frames, st.lists(st.integers(0, 300), max_size=6))
def test_cuts_of_the_network_mean_nothing(said: list[tuple[bytes, bytes]], cuts: list[int]) -> None:
    """The whole, byte by byte and cut anywhere give the same frames."""
    stream = b"".join(frame(command, data) for command, data in said)
    expected = [Frame(command[0], data) for command, data in said]
    places = [0, *sorted(cuts), len(stream)]
    pieces = [stream[start:end] for start, end in pairwise(places)]
    whole, bytewise, cut = FrameReader(), FrameReader(), FrameReader()

    assert expected == list(whole.feed(stream))
    assert expected == [one for byte in stream for one in bytewise.feed(bytes([byte]))]
    assert expected == [one for piece in pieces for one in cut.feed(piece)]


@given(st.binary(max_size=200))
def test_any_octets_are_frames_or_an_end(octets: bytes) -> None:
    """Nothing else comes out of noise."""
    reader = FrameReader(longest=64)
    try:
        found = list(reader.feed(octets))
    except BadFrame:
        return

    assert sum(len(one.data) + 5 for one in found) <= len(octets)


@pytest.mark.parametrize("length", [0, 11, 0x7FFFFFFF, 0xFFFFFFFF])
def test_impossible_length_is_refused_before_its_data_come(length: int) -> None:
    """Four octets are enough to know."""
    with pytest.raises(BadFrame):
        list(FrameReader(longest=10).feed(length.to_bytes(4)))


def test_longest_frame_is_taken() -> None:
    """The bound is the last that is good."""
    assert list(FrameReader(longest=10).feed(frame(b"B", b"123456789"))) == [Frame(ord("B"), b"123456789")]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(550, "7.1", ("no",)), b"550 5.7.1 no"),
        (Reply(554, "6.0", ("100% no", "and no")), b"554-5.6.0 100%% no\r\n554 5.6.0 and no"),
        (Reply(451, "", ("later",)), b"451 later"),
        (Reply(550, "7.1", ("gr\u00fc\u00dfe",)), "550 5.7.1 gr\u00fc\u00dfe".encode()),
    ],
    ids=["one", "several", "bare", "utf8"],
)
def test_reply_is_written_for_the_client(reply: Reply, expected: bytes) -> None:
    """With both codes on each line, and percent signs doubled."""
    assert reply_code(reply) == frame(b"y", expected + b"\0")


def test_actions_are_written_as_libmilter_has_them() -> None:
    """Letters, numbers of four octets, strings that end with NUL."""
    assert milter_frames.negotiated(6, Actions.ADD_HEADERS, Steps.SKIP) == b"\0\0\0\x0dO\0\0\0\x06\0\0\0\x01\0\0\x04\0"
    assert milter_frames.insert_header(0, b"X", b" a") == b"\0\0\0\x0ai\0\0\0\0X\0 a\0"
    assert milter_frames.add_header(b"X", b"a") == b"\0\0\0\x05hX\0a\0"
    assert milter_frames.change_header(2, b"X", b"") == b"\0\0\0\x08m\0\0\0\x02X\0\0"
    assert milter_frames.replace_body(b"hi\r\n") == b"\0\0\0\x05bhi\r\n"
    assert milter_frames.hold(b"why") == b"\0\0\0\x05qwhy\0"
