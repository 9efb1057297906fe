"""Edits on a message: which spans of the original give way to which bytes; every other byte stays as it came."""

from dataclasses import dataclass

from gateway.model.span import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes that stand in the place of a span of the original; an empty span inserts, empty bytes remove."""

    span: Span
    data: bytes
    what: str = ""
    """A word and a place for the log, such as "strip 2.1"; empty for what every message gets."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Edits sorted by offset that do not overlap."""

    edits: tuple[Edit, ...] = ()

    @property
    def growth(self) -> int:
        """By how many bytes the message grows; negative where it shrinks."""
        return sum(len(edit.data) - (edit.span.end - edit.span.start) for edit in self.edits)
