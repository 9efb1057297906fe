"""The record of messages of which nobody knows whether the next hop has them: its answer to the final dot was lost.

One JSON line each, on the disk before the client hears 451. Two files at most, of a bounded size; the older one gives
way. All workers write, and one who reads needs nobody's leave.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gateway.model.record import MessageRecord

_CURRENT, _BEFORE = "outcomes.jsonl", "outcomes.1.jsonl"
_MOST = 8 * 1024 * 1024
"""Bytes of one file: some twenty thousand messages."""
_RECIPIENTS = 100
"""Of each message; with those of a thousand a line would not be one write any more."""


class Outcome(msgspec.Struct, frozen=True):
    """One message that may arrive twice."""

    time: datetime
    """When the client was told to come again."""
    id: str
    """Ours; also in the Received field of what the next hop may have."""
    message_id: str
    """The sender's, as the header has it; logs of MTAs show it."""
    client: str
    sender: str
    recipients: tuple[str, ...]
    size: int
    next_hop: str
    error: str
    """How the answer was lost."""


class OutcomeLog:
    """Where workers write."""

    def __init__(self, folder: Path, most: int = _MOST) -> None:
        self._folder = folder
        self._most = most

    def write(self, record: MessageRecord) -> None:
        """Add a message. Raises OSError."""
        line = msgspec.json.encode(_outcome(record, datetime.now(UTC))) + b"\n"
        current = self._folder / _CURRENT
        with _alone(self._folder):
            with suppress(FileNotFoundError):
                if current.stat().st_size + len(line) > self._most:
                    current.replace(self._folder / _BEFORE)
            descriptor = os.open(current, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_DSYNC | os.O_CLOEXEC, 0o600)
            try:
                os.write(descriptor, line)
            finally:
                os.close(descriptor)


def read(folder: Path) -> Iterator[Outcome]:
    """Yield all that is kept, oldest first; a line that a full disk cut off is passed over."""
    for name in (_BEFORE, _CURRENT):
        with suppress(FileNotFoundError), (folder / name).open("rb") as file:
            for line in file:
                with suppress(msgspec.DecodeError):
                    yield msgspec.json.decode(line, type=Outcome)


def _outcome(record: MessageRecord, now: datetime) -> Outcome:
    envelope = record.facts.envelope
    return Outcome(
        time=now,
        id=record.facts.id,
        message_id=record.message_id,
        client=envelope.peer.ip,
        sender=f"<{envelope.sender.address or ''}>",
        recipients=tuple(one.address for one in envelope.recipients[:_RECIPIENTS]),
        size=record.facts.size,
        next_hop=record.next_hop,
        error=record.error,
    )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other workers out meanwhile; the folder itself is the lock."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
