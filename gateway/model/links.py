"""Links in texts and pages that point at a tenant's own file hosts, and what stands in their place.

Plain data: what the sandbox is asked for, and what it answers.
"""

from dataclasses import dataclass

from gateway.model.span import Span


@dataclass(frozen=True, slots=True)
class LinkHost:
    """A place in the web where files of a tenant lay."""

    host: str
    """In lower case A-labels."""
    path: str = "/"
    """Links below it are meant; ends with a slash."""
    to: str = ""
    """Where the same files are found now, ending with a slash; empty for the same place."""


@dataclass(frozen=True, slots=True)
class Links:
    """A tenant's own file hosts, and how long a rewritten link lives."""

    hosts: tuple[LinkHost, ...] = ()
    ttl: float = 365 * 86_400.0
    """Seconds."""


@dataclass(frozen=True, slots=True)
class Linking:
    """What is looked for in one message."""

    hosts: tuple[LinkHost, ...]
    edits_sealed: bool = False
    """Also in what the sender signed; else such links are only counted."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a slot: bytes that stay, or a link that gives way."""

    kept: bytes = b""
    """As they stand in the message; of base64 decoded."""
    target: str = ""
    """Where the link leads, as a browser sees it; empty for bytes that stay."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of the raw message that holds links, small enough to be written anew."""

    part: str
    span: Span
    coding: str
    """`base64`, `quoted-printable`, or empty where bytes stand as they are."""
    pieces: tuple[Piece, ...]
    column: int
    """Bytes before it on its first line."""
    rest: int
    """Bytes behind it on its last line, without the line end."""
    width: int = 76
    """Of the lines around it, where they are encoded."""
    size: int = 0
    """Decoded bytes that it holds now, where it is base64."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What was found."""

    slots: tuple[Slot, ...] = ()
    """In the order of the message; they do not overlap."""
    sealed: tuple[str, ...] = ()
    """Signed parts that hold such links, which stay as they are."""
    left: tuple[str, ...] = ()
    """Parts that could not be looked through to their end, each with a word that says why."""
