"""What a container gives: members one by one, and notes about the container itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from gateway.filetype.identified import Note
from gateway.model.artifact import Role
from gateway.unpack.budget import Budget

CHUNK = 256 * 1024
"""Members are unpacked in pieces of at most this size."""


class Unreadable(Exception):
    """A container or a member cannot be read to its end; never leaves the examination."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a container; `chunks` must be used up before the next member is asked for."""

    names: tuple[str, ...]
    """Every name that some unpacker would give it; never used as a path."""
    chunks: Iterable[bytes | memoryview]
    """Ends, or raises where the data is broken; whatever it raises is a finding."""
    kind: str = ""
    """What it is where its content need not be asked: a link, a device, a message."""
    encrypted: bool = False
    role: Role = Role.MEMBER
    """BODY for a text that mail programs show, WRAPPER for the entity inside opaque-signed content."""
    declared: str = ""
    """The media type that the container claims for it; empty where it claims none."""


class Opener(Protocol):
    """Lists a container; may raise anything on broken content, the walk turns it into a finding."""

    def __call__(self, view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:
        """Yield members in their order; `names` are the container's own, for members without one."""
