"""Frames of the milter protocol: a length in four octets, a command in one, and its data.

The length is bounded before anything is kept for it. What the other side says is split here and never interpreted;
what we say is written here, each in the one form that Postfix and Sendmail read alike.
"""

from collections.abc import Iterator
from enum import IntFlag
from typing import NamedTuple

from gateway.model.limits import KIB, MIB
from gateway.model.reply import Reply

MAX_FRAME = 1 * MIB
"""Octets behind the length. A chunk of a body has 64 KiB; a header field is as long as the MTA lets it be (Postfix:
header_size_limit, 100 KiB)."""
MAX_DATA = 64 * KIB - 1
"""Octets of data in a frame of ours (MILTER_CHUNK_SIZE of libmilter)."""
_PREFIX = 4


class Steps(IntFlag):
    """What is left out of the protocol, or said differently (SMFIP_ of libmilter)."""

    NO_CONNECT = 0x1
    NO_HELO = 0x2
    NO_MAIL = 0x4
    NO_RCPT = 0x8
    NO_BODY = 0x10
    NO_HEADERS = 0x20
    NO_END_OF_HEADERS = 0x40
    MUTE_HEADER = 0x80
    """We say nothing to a header field; so for all of MUTE."""
    NO_UNKNOWN = 0x100
    NO_DATA = 0x200
    SKIP = 0x400
    REJECTED_RCPT = 0x800
    MUTE_CONNECT = 0x1000
    MUTE_HELO = 0x2000
    MUTE_MAIL = 0x4000
    MUTE_RCPT = 0x8000
    MUTE_DATA = 0x10000
    MUTE_UNKNOWN = 0x20000
    MUTE_END_OF_HEADERS = 0x40000
    MUTE_BODY = 0x80000
    LEADING_SPACE = 0x100000
    """Values of header fields come and go with the white space behind the colon."""


class Actions(IntFlag):
    """What a milter may do to a message (SMFIF_ of libmilter)."""

    ADD_HEADERS = 0x1
    CHANGE_BODY = 0x2
    ADD_RECIPIENTS = 0x4
    REMOVE_RECIPIENTS = 0x8
    CHANGE_HEADERS = 0x10
    QUARANTINE = 0x20


class BadFrame(ValueError):
    """What came cannot be a frame, or one of that length is not taken: where the next begins is not known."""


class Frame(NamedTuple):
    """One command of the MTA."""

    command: int
    """An ASCII letter."""
    data: bytes


class FrameReader:
    """Splits what comes in."""

    def __init__(self, longest: int = MAX_FRAME) -> None:
        self._longest = longest
        self._rest = b""

    def feed(self, octets: bytes) -> Iterator[Frame]:
        """Yield the frames that are now complete; take all of them before the next call. Raises `BadFrame`."""
        data = self._rest + octets if self._rest else octets
        at, end = 0, len(data)
        while end - at >= _PREFIX:
            length = int.from_bytes(data[at : at + _PREFIX])
            if not 1 <= length <= self._longest:
                raise BadFrame(f"a frame of {length} octets")
            stop = at + _PREFIX + length
            if stop > end:
                break
            yield Frame(data[at + _PREFIX], data[at + _PREFIX + 1 : stop])
            at = stop
        self._rest = data[at:]


def frame(command: bytes, data: bytes = b"") -> bytes:
    """Write one frame."""
    return (1 + len(data)).to_bytes(_PREFIX) + command + data


CONTINUE = frame(b"c")
ACCEPT = frame(b"a")
DISCARD = frame(b"d")
SKIP = frame(b"s")
PROGRESS = frame(b"p")


def negotiated(version: int, actions: Actions, steps: Steps) -> bytes:
    """Answer the negotiation."""
    return frame(b"O", version.to_bytes(4) + actions.to_bytes(4) + steps.to_bytes(4))


def reply_code(reply: Reply) -> bytes:
    """Refuse or put off with a reply of our own (SMFIR_REPLYCODE); MTAs read `%%` as one percent sign."""
    start = f"{reply.code}{{}}{reply.enhanced} " if reply.enhanced else f"{reply.code}{{}}"
    marks = "-" * (len(reply.lines) - 1) + " "
    lines = (start.format(mark) + line for mark, line in zip(marks, reply.lines, strict=True))
    return frame(b"y", "\r\n".join(lines).replace("%", "%%").encode("utf-8", "replace") + b"\0")


def insert_header(index: int, name: bytes, value: bytes) -> bytes:
    """Insert a field before the one with this index; 0 is the top (SMFIR_INSHEADER)."""
    return frame(b"i", index.to_bytes(4) + name + b"\0" + value + b"\0")


def add_header(name: bytes, value: bytes) -> bytes:
    """Append a field to the header (SMFIR_ADDHEADER)."""
    return frame(b"h", name + b"\0" + value + b"\0")


def change_header(occurrence: int, name: bytes, value: bytes) -> bytes:
    """Change the n-th field of this name, 1 the first; an empty value removes it (SMFIR_CHGHEADER)."""
    return frame(b"m", occurrence.to_bytes(4) + name + b"\0" + value + b"\0")


def replace_body(chunk: bytes) -> bytes:
    """Begin the new body, or go on with it; at most MAX_DATA octets (SMFIR_REPLBODY)."""
    return frame(b"b", chunk)


def hold(reason: bytes) -> bytes:
    """Have the MTA keep the message in its own quarantine (SMFIR_QUARANTINE)."""
    return frame(b"q", reason + b"\0")
