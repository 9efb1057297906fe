"""A file that stands encoded in a text, whatever the encoding."""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.model.span import Span

MOST_ODD_LINES = 100_000
"""Lines of one file that are not full; each costs far more than its bytes, and a real file has one."""


class DamagedError(Exception):
    """An encoded file cannot be read to its end; raised while its chunks are asked for."""


@dataclass(frozen=True, slots=True)
class EncodedFile:
    """One file inside a text; its bytes are decoded as they are asked for."""

    coding: str
    """The word for the place in the tree: "uu", "xx", "yenc" …"""
    name: str
    """Empty where the encoding names none."""
    chunks: Iterable[bytes]
    """May raise on damage; the walk turns that into a finding."""
    damage: str = ""
    """What decoders may read differently; empty where nothing is."""
    is_piece: bool = False
    """Only a part of a file that other messages complete."""
    span: Span | None = None
    """From the line that begins it to the one that ends it; None where nobody can tell."""
    is_marked: bool = True
    """The encoding announces itself; where it does not, only the content can tell a file from a key or token."""
