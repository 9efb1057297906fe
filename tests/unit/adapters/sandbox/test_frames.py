"""Frames come over whole, however they are cut; what is no frame is refused before it is stored."""

import os
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.sandbox.frames import HEADER, MAX_FRAME, FrameReader, send
from tests.unit.adapters.sandbox.works import open_descriptors


@pytest.fixture(name="pair")
def _pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    with ours, theirs:
        yield ours, theirs


@given(payload=st.binary(max_size=300), cuts=st.lists(st.integers(0, 304), max_size=4))
def test_payload_survives_every_cut(payload: bytes, cuts: list[int]) -> None:
    """However the stream arrives, the payload is the same and complete."""
    frame = HEADER.pack(len(payload)) + payload
    ends = sorted({*(min(cut, len(frame)) for cut in cuts), len(frame)} - {0})
    reader, read = FrameReader(2), None
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for start, end in zip([0, *ends], ends, strict=False):
            ours.send(frame[start:end])
            read = reader.read(theirs)

    assert (payload, []) == read


def test_descriptors_come_with_their_frame(pair: tuple[socket.socket, socket.socket]) -> None:
    """The receiver gets descriptors of the same files, in their order, closed on exec."""
    ours, theirs = pair
    file = os.memfd_create("test")
    send(ours, b"x" * 100, [file, 0])
    frame = FrameReader(2).read(theirs)
    assert frame is not None
    payload, (received, other) = frame

    assert payload == b"x" * 100
    assert os.fstat(file).st_ino == os.fstat(received).st_ino
    assert not os.get_inheritable(received)
    os.close(file)
    os.close(received)
    os.close(other)


@pytest.mark.parametrize(
    "junk", [HEADER.pack(MAX_FRAME + 1), HEADER.pack(2**32 - 1) + b"x", HEADER.pack(1) + b"xy"], ids=repr
)
def test_oversized_and_surplus_bytes_are_refused(pair: tuple[socket.socket, socket.socket], junk: bytes) -> None:
    """The length is checked before anything of that length is awaited."""
    ours, theirs = pair
    ours.send(junk)
    with pytest.raises(ValueError, match="a frame of"):
        FrameReader(1).read(theirs)


def test_second_descriptor_is_refused_and_both_are_closed(pair: tuple[socket.socket, socket.socket]) -> None:
    """A child cannot fill the worker's table of descriptors."""
    ours, theirs = pair
    before = open_descriptors()
    reader = FrameReader(1)
    socket.send_fds(ours, [b"\0\0"], [0])
    assert reader.read(theirs) is None
    socket.send_fds(ours, [b"\0\1"], [0])
    with pytest.raises(ValueError, match="more than 1 descriptors"):
        reader.read(theirs)
    reader.close()

    assert before == open_descriptors()


def test_several_descriptors_at_once_are_refused(pair: tuple[socket.socket, socket.socket]) -> None:
    """None of them stays open."""
    ours, theirs = pair
    before = open_descriptors()
    reader = FrameReader(1)
    socket.send_fds(ours, [b"\0\0\0\0"], [0, 1, 2])
    with pytest.raises(ValueError, match="more than 1 descriptors"):
        reader.read(theirs)
    reader.close()

    assert before == open_descriptors()


def test_end_is_told(pair: tuple[socket.socket, socket.socket]) -> None:
    """A closed channel is an EOFError, also in the middle of a frame."""
    ours, theirs = pair
    reader = FrameReader(1)
    ours.send(b"\0\0")
    assert reader.read(theirs) is None
    ours.close()
    with pytest.raises(EOFError):
        reader.read(theirs)
