"""What a rule asks of a file and its message; all that is set must hold, and any one word of a set is enough."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.model.authentication import AuthResult


class Scanned(StrEnum):
    """What all scanners together said of a file."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNSCANNED = "unscanned"
    """No scanner gave a whole verdict."""


class Method(StrEnum):
    """How a sender's domain is authenticated (RFC 8601 section 2.7)."""

    SPF = "spf"
    DKIM = "dkim"
    DMARC = "dmarc"
    ARC = "arc"


@dataclass(frozen=True, slots=True)
class Between:
    """Bounds, both included."""

    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Who:
    """Mail addresses: any of the domains or single addresses."""

    domains: frozenset[str] = frozenset()
    """Lower case A-labels; "*.acme.example" covers every subdomain, not acme.example."""
    addresses: frozenset[str] = frozenset()
    """Case-folded."""
    is_anyone: bool = False
    """Nobody is named; an empty list names nobody too, but is not this."""
    auth: frozenset[Method] = frozenset()
    """One of these must vouch for the domain; empty where the bare envelope address is enough."""
    stale_at: float | None = None
    """Unix time from which a list in it is older than its max_age and opens nothing any more."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When a message came, in UTC."""

    days: frozenset[int] = frozenset(range(7))
    """0 is Monday."""
    after: int = 0
    """Minutes since midnight; later than `before` where the span runs over midnight."""
    before: int = 24 * 60


@dataclass(frozen=True, slots=True)
class When:
    """A rule's condition."""

    family: frozenset[str] = frozenset()
    """To forbid, by content, by any name or by declared type; to let pass, by all of them."""
    detected_family: frozenset[str] = frozenset()
    """By content alone."""
    name: tuple[str, ...] = ()
    """Patterns with *, ? and [abc] for the file's name."""
    size: Between | None = None
    depth: Between | None = None
    """Containers around the file."""
    sender: Who | None = None
    recipient: Who | None = None
    encrypted: bool | None = None
    macros: bool | None = None
    active_content: bool | None = None
    mismatch: bool | None = None
    """Content, names and declared type speak of different families, or the content is two things at once."""
    members_all: frozenset[str] = frozenset()
    """Families; the file was listed to its end, and each file in it is of one of them."""
    members_any: frozenset[str] = frozenset()
    scan: frozenset[Scanned] = frozenset()
    auth: tuple[tuple[Method, frozenset[AuthResult]], ...] = ()
    time: Hours | None = None
    negated: "When | None" = None
    """Holds where this does not."""
