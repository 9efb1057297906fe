"""What a worker and the keeper say to each other: one question and one answer for each connection.

The framing is that of the sandbox (a length, msgpack, at most one descriptor); contents travel as the descriptor of
their spool, so that their bytes are copied once only: to the disk.
"""

import msgspec

from gateway.adapters.sandbox.frames import HEADER, MAX_FRAME
from gateway.ports.hosting import NewFile
from gateway.ports.quarantine import Case


class Keep(msgspec.Struct, frozen=True, tag=True):
    """Worker to keeper, with the descriptor of the message: hold it."""

    case: Case
    size: int


class Host(msgspec.Struct, frozen=True, tag=True):
    """Worker to keeper, with the descriptor of the file: host it."""

    new: NewFile


class Settle(msgspec.Struct, frozen=True, tag=True):
    """Worker to keeper: how the message ended whose files are hosted."""

    message: str
    delivered: bool


class Link(msgspec.Struct, frozen=True, tag=True):
    """Worker to keeper: write rows for links of one message, and make them anew."""

    new: tuple[NewFile, ...]


class Done(msgspec.Struct, frozen=True):
    """Keeper to worker: it is durable, unless there is a failure."""

    failure: str = ""
    url: str = ""
    """Of a file that is hosted."""
    urls: tuple[str, ...] = ()
    """Of links, in their order."""


Question = Keep | Host | Settle | Link
encode = msgspec.msgpack.Encoder().encode
decode_question = msgspec.msgpack.Decoder(Question).decode
decode_done = msgspec.msgpack.Decoder(Done).decode


def framed(payload: bytes) -> bytes:
    """Return the frame of `payload`. Raises ValueError where it is too large to be taken."""
    if len(payload) > MAX_FRAME:
        raise ValueError(f"{len(payload)} bytes are too many for a frame")
    return HEADER.pack(len(payload)) + payload
