"""What a worker and the keeper say to each other: one question and one answer for each connection.

The framing is that of the sandbox (a length, msgpack, at most one descriptor); the message itself travels as its
spool's descriptor, so that its bytes are copied once only: to the disk.
"""

from dataclasses import dataclass

import msgspec

from gateway.adapters.sandbox.frames import HEADER, MAX_FRAME
from gateway.ports.quarantine import Case


@dataclass(frozen=True, slots=True)
class Keep:
    """Worker to keeper, with the descriptor of the message."""

    case: Case
    size: int


@dataclass(frozen=True, slots=True)
class Kept:
    """Keeper to worker: the message is durable, unless there is a failure."""

    failure: str = ""


encode = msgspec.msgpack.Encoder().encode
decode_keep = msgspec.msgpack.Decoder(Keep).decode
decode_kept = msgspec.msgpack.Decoder(Kept).decode


def framed(payload: bytes) -> bytes:
    """Return the frame of `payload`. Raises ValueError where it is too large to be taken."""
    if len(payload) > MAX_FRAME:
        raise ValueError(f"{len(payload)} bytes are too many for a frame")
    return HEADER.pack(len(payload)) + payload
