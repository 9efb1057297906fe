"""Keeping what was decided."""

from typing import Protocol

from gateway.model.record import MessageRecord


class MessageLog(Protocol):
    """Takes one record for each message."""

    def write(self, record: MessageRecord) -> None:
        """Keep the record. Must not block and must not raise: it never changes the reply."""
