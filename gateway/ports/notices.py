"""Wording what recipients are told."""

from collections.abc import Sequence
from typing import Protocol

from gateway.model.notice import Notice, NoticeFields, NoticeKind


class NoticeWriter(Protocol):
    """Writes notices; what comes from a message is escaped for the place where it stands."""

    def write(self, kind: NoticeKind, languages: Sequence[str], fields: NoticeFields) -> Notice:
        """Return the notice with a section for each language, in order."""
