"""What the sandbox is asked to do with a message, and what it answers; plain data, cheap to import."""

from dataclasses import dataclass

from gateway.authn.answers import Known, Question
from gateway.model.authentication import Authentication
from gateway.model.links import Linked, Linking
from gateway.model.plan import Plan


@dataclass(frozen=True, slots=True)
class Client:
    """Who brought the message, as SPF asks."""

    ip: str
    helo: str
    sender: str | None


@dataclass(frozen=True, slots=True)
class Verifying:
    """Say what SPF, DKIM, ARC and DMARC make of the message."""

    client: Client
    known: Known
    now: int
    """Unix time."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """Hash what leaves: the message with these edits."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Errand:
    """One of these."""

    verifying: Verifying | None = None
    sealing: Sealing | None = None
    linking: Linking | None = None
    """Find links; other code does this one."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The results, or the questions that must be answered first."""

    authentication: Authentication | None
    missing: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """What a seal needs to know of the message that leaves."""

    names: tuple[str, ...]
    """Of the signed fields, in the order of h=."""
    fields: bytes
    """These fields in canonical form, each with its line end."""
    body: bytes
    """SHA-256 of the canonical body."""
    previous: bytes
    """The chain so far as a seal signs it; empty where there is none, or a broken one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an errand."""

    verified: Verified | None = None
    material: Material | None = None
    linked: Linked | None = None
