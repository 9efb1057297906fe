"""What worker and child say to each other: msgpack behind a length, with a bounded number of descriptors beside it.

Plain data only, decoded into the given types: a child is not trusted, so nothing like pickle is in use.
"""

import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from gateway.authn.errands import Errand, Outcome
from gateway.model.examination import Examination
from gateway.model.limits import KIB, MIB, Limits

MAX_FRAME = 8 * MIB
"""Ten times what 2,500 artifacts with long names need; more is answered as a failure by the child."""
HEADER = struct.Struct("!I")
_INT = struct.Struct("i")
_FIRST_READ = 16 * KIB
"""Holds most answers whole, and costs less to allocate than it saves."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A child's first words."""

    refused: tuple[str, ...]
    """Parts of the jail that this kernel did not grant."""


@dataclass(frozen=True, slots=True)
class Request:
    """Worker to child."""

    size: int
    limits: Limits
    message: bytes | None
    """None where it comes as a descriptor."""
    errand: Errand | None = None
    """What to do with it instead of examining it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Child to worker, with the descriptors of the rooms in which its files lie."""

    examination: Examination | None
    small: bytes | None = b""
    """The first room; None where it comes as a descriptor, before the others."""
    failure: str = ""
    """What was raised, where there is no examination."""
    trace: str = ""
    """Its traceback, for the log."""
    disk_full: bool = False
    """Decoded bytes found no space: not the message's fault."""
    outcome: Outcome | None = None
    """What came of the errand."""


encode = msgspec.msgpack.Encoder().encode
decode_ready = msgspec.msgpack.Decoder(Ready).decode
decode_request = msgspec.msgpack.Decoder(Request).decode
decode_answer = msgspec.msgpack.Decoder(Answer).decode


def send(channel: socket.socket, payload: bytes, descriptors: Sequence[int] = ()) -> None:
    """Send one frame; the channel is blocking, or has room for it."""
    frame = HEADER.pack(len(payload)) + payload
    sent = socket.send_fds(channel, [frame], descriptors) if descriptors else channel.send(frame)
    if sent < len(frame):
        channel.sendall(memoryview(frame)[sent:])


def receive(channel: socket.socket, room: int, most: int) -> tuple[bytes, list[int], bool]:
    """Receive bytes, at most `most` descriptors, and whether there were more (the kernel closed those).

    Unlike `socket.recv_fds`, which drops the flag on Python 3.11, it takes descriptors that no program inherits.
    """
    data, ancillary, flags, _ = channel.recvmsg(room, socket.CMSG_LEN(most * _INT.size), socket.MSG_CMSG_CLOEXEC)
    descriptors = [number for _, _, packed in ancillary for (number,) in _INT.iter_unpack(packed)]
    return data, descriptors, bool(flags & socket.MSG_CTRUNC)


class FrameReader:
    """Collects one frame after the other, with `most` descriptors; bounded before anything is allocated."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._buffer = bytearray()
        self._descriptors: list[int] = []

    def read(self, channel: socket.socket) -> tuple[bytes, list[int]] | None:
        """Receive once; return payload and descriptors where a frame became complete, else None.

        The caller owns the descriptors. Raises EOFError at the end, ValueError for anything that is not
        exactly one frame of bounded length with at most so many, BlockingIOError where nothing is there.
        """
        room = 1 * MIB if self._buffer else _FIRST_READ
        data, descriptors, is_cut = receive(channel, room, self._most - len(self._descriptors))
        self._descriptors += descriptors
        if is_cut:
            raise ValueError(f"more than {self._most} descriptors")
        if not data:
            raise EOFError("the other side has gone")
        self._buffer += data
        if len(self._buffer) < HEADER.size:
            return None
        (length,) = HEADER.unpack_from(self._buffer)
        if length > MAX_FRAME or len(self._buffer) > HEADER.size + length:
            raise ValueError(f"a frame of {length} bytes, {len(self._buffer)} received")
        if len(self._buffer) < HEADER.size + length:
            return None
        frame = bytes(memoryview(self._buffer)[HEADER.size :]), self._descriptors
        self._buffer, self._descriptors = bytearray(), []
        return frame

    def close(self) -> None:
        """Close descriptors that came without the rest of their frame."""
        while self._descriptors:
            socket.close(self._descriptors.pop())
