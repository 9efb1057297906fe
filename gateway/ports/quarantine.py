"""Messages that are held: kept by workers, looked at and released by admins."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from gateway.model.envelope import Envelope
from gateway.model.finding import Finding
from gateway.model.limits import Deadline
from gateway.model.verdict import Judgement
from gateway.ports.spool import Spool


class HeldState(StrEnum):
    """The life of a held message, and of each of its recipients."""

    HELD = "held"
    RELEASING = "releasing"
    """It was given to the next hop, and nobody knows yet (or ever) whether that took it."""
    RELEASED = "released"
    DROPPED = "dropped"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Heading:
    """What the message says of itself, decoded and cleaned for showing."""

    subject: str = ""
    author: str = ""
    """The From field."""
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A message and why it is kept."""

    id: str
    received_at: float
    """Unix time."""
    tenants: tuple[str, ...]
    envelope: Envelope
    eight_bit: bool
    reason: str
    """The word of the judgement that decided."""
    judgements: tuple[Judgement, ...]
    findings: tuple[Finding, ...]
    heading: Heading
    is_copy: bool
    """Something else was done with the message (`keep: quarantine`): delivered in part, or refused."""
    expires_at: float


class Quarantine(Protocol):
    """What a worker sees of it."""

    async def keep(self, case: Case, original: Spool, deadline: Deadline) -> None:
        """Return when envelope and bytes are on durable storage. Raises `Deferred` (451 4.3.0) for anything else."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """One recipient, and what became of the message for it."""

    address: str
    state: HeldState
    reply: str = ""
    """What the next hop said at the release."""


@dataclass(frozen=True, slots=True)
class Held:
    """A message in the quarantine."""

    case: Case
    size: int
    sha256: str
    kept_at: float
    state: HeldState
    has_original: bool
    """The bytes are still there."""
    addressees: tuple[Addressee, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which messages to list; everything that is set must hold. Texts are found anywhere, in any case."""

    tenant: str = ""
    """Exactly."""
    sender: str = ""
    recipient: str = ""
    reason: str = ""
    """Exactly."""
    text: str = ""
    """In subject, author or Message-ID."""
    since: float = 0.0
    state: HeldState | None = None


class UnknownMessage(LookupError):
    """No such message."""


class QuarantineDesk(Protocol):
    """What an admin sees of it. Blocks. Every change is in the audit log, in the same transaction."""

    def list(self, wanted: Filter, limit: int) -> Sequence[Held]:
        """Return the messages that fit, newest first."""

    def show(self, message_id: str) -> Held:
        """Return one message. Raises `UnknownMessage`."""

    def original(self, held: Held) -> Iterator[bytes]:
        """Yield the bytes as they came."""

    def claim(self, message_id: str, addresses: Sequence[str], who: str, why: str, *, again: bool) -> tuple[str, ...]:
        """Reserve recipients for a release, so that nobody else releases to them; return those that were free.

        `again` takes those too whose earlier release has an unknown outcome.
        """

    def settle(self, message_id: str, outcomes: Sequence[Addressee], who: str) -> None:
        """Write down how the release ended for each claimed recipient."""

    def drop(self, message_id: str, who: str, why: str) -> bool:
        """Give a held message up; tell whether it was there to be dropped."""
