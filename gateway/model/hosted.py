"""Files that wait behind a link, and the attachment domains that the links point to."""

from dataclasses import dataclass
from enum import StrEnum


class FileState(StrEnum):
    """The life of a hosted file; only LIVE ones are ever given out."""

    PENDING = "pending"
    """Durable, and its message is on the way; the next hop has not answered yet."""
    SCANNING = "scanning"
    """Its message was delivered, and a clean scan is still to come."""
    LIVE = "live"
    REVOKED = "revoked"
    """Turned bad, or was taken back; for good, unless an admin restores it."""
    BANNED = "banned"
    """Today's policy or an emergency ban forbids it; lives again when that ends."""
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class HostedFile:
    """One file of one message; the blob behind it may serve other files of the same tenant."""

    id: str
    """Random, unguessable; stands in the token."""
    tenant: str
    sha256: str
    """Of the file's bytes, hexadecimal; with the tenant it names the blob."""
    size: int
    name: str
    """Cleaned, as it is shown and offered."""
    media_type: str
    """Detected, never declared."""
    message: str
    """Our id of the message that brought it."""
    message_id: str
    """Its Message-ID field, as far as it could be read."""
    sender: str
    recipients: tuple[str, ...]
    created_at: float
    """Unix time, as all times here."""
    expires_at: float
    state: FileState
    reason: str = ""
    """Why it is revoked or banned."""
    scanned_at: float = 0.0
    signatures: str = ""
    """The scanner and the version of its signatures at `scanned_at`."""
    downloads: int = 0


class ShardState(StrEnum):
    """What an attachment domain is used for; old links work on any of them that answers."""

    ACTIVE = "active"
    """New links are made on it."""
    SPARE = "spare"
    """Takes tenants over when an active one rests."""
    RESTING = "resting"
    """Listed somewhere, or taken out by hand: no new links."""
    RETIRED = "retired"
    """Never again; kept so that its old links are known."""


@dataclass(frozen=True, slots=True)
class Shard:
    """One attachment domain."""

    domain: str
    """In lower case A-labels."""
    pool: str
    weight: float = 1.0
    state: ShardState = ShardState.ACTIVE
    since: float = 0.0
    """When it came into this state."""
    reason: str = ""
