"""The answer to "what is this file": a canonical media type and what was noticed on the way."""

from collections.abc import Callable
from dataclasses import dataclass

from gateway.model.finding import FindingKind

Sniff = Callable[[bytes], str]
"""What libmagic says of the head of a file: any media type, not yet canonical. Called with at most `SNIFF_HEAD`."""

SNIFF_HEAD = 64 * 1024
"""An ISO 9660 image shows itself only at byte 32,769."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something noticed about one file; it becomes a Finding where the file has a place."""

    kind: FindingKind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Identified:
    """What a file truly is."""

    media_type: str
    """Canonical, see `names`."""
    notes: tuple[Note, ...] = ()
    encrypted: bool = False
