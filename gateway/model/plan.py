"""Edits on a message: what is inserted where; every byte outside an edit stays as it came."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Insert:
    """Bytes to put before the byte at offset `at` of the original."""

    at: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """Edits sorted by offset."""

    edits: tuple[Insert, ...] = ()
