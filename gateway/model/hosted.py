"""Files that wait behind a link, and the attachment domains that the links point to."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

LINK_TYPE = "text/uri-list"
"""Of rows without content: a link to a tenant's own file host; the name says where it led (RFC 2483)."""


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
    domain: str = ""
    """The attachment domain that its link was made on; other domains serve it too."""
    kinds: tuple[str, ...] = ()
    """What emergency bans may name it by: `ext:docm`, `family:office_macro`."""
    has_content: bool = True
    """Its bytes are still kept."""

    @property
    def audience(self) -> str:
        """Name the group of recipients that the link was made for; stands in the token."""
        group = "\n".join(sorted({one.casefold() for one in self.recipients}))
        return hashlib.blake2b(group.encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class Download:
    """One line of the journal of a file."""

    at: float
    token: str
    """A digest of the token that was shown; never the token."""
    address: str
    """Of the client, truncated to its network."""
    size: int
    """Bytes that were sent."""


@dataclass(frozen=True, slots=True)
class Ban:
    """An emergency: no file of a kind is given out, until it ends by itself or is taken back."""

    kind: str
    """As `HostedFile.kinds` writes it."""
    until: float
    reason: str
    who: str
    since: float


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
    is_spare: bool = False
    """Has no tenants of its own; stands in for a domain that rests."""
    pins: tuple[str, ...] = ()
    """Tenants that belong to it whatever their names say."""

    @property
    def in_service(self) -> ShardState:
        """Name the state that it comes back to after a rest."""
        return ShardState.SPARE if self.is_spare else ShardState.ACTIVE
