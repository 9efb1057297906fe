"""What a container gives: members one by one, and notes about the container itself."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from gateway.filetype.identified import Note
from gateway.model.artifact import Role
from gateway.model.finding import FindingKind
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


KINDS: Mapping[int, str] = {
    0o120000: "inode/symlink",
    0o020000: "inode/chardevice",
    0o060000: "inode/blockdevice",
    0o010000: "inode/fifo",
    0o140000: "inode/socket",
}
"""Types of files without content of their own, as the mode says them."""
KIND_OF_MODE = 0o170000

_OUT = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:[/\\]")


def way_out(names: Iterable[str]) -> Iterator[Note]:
    """Note a member whose name leads out of the folder that an archive is unpacked to."""
    if any(map(_OUT.search, names)):
        yield Note(FindingKind.CONTAINER_INCONSISTENT, "a name that leads out of the archive")


class Opener(Protocol):
    """Lists a container; may raise anything on broken content, the walk turns it into a finding."""

    def __call__(self, view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Member | Note]:
        """Yield members in their order; `names` are the container's own, for members without one."""
