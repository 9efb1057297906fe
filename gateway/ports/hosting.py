"""Files that wait behind links: brought by workers, given out, looked at, taken back.

`Hosting` is what the path of a message sees. `HostedFiles` and `Shards` are the catalogue; they block, and every
change that a person or a job asks for is in the audit log, in the same transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.model.facts import Facts
from gateway.model.hosted import Download, FileState, HostedFile, Shard, ShardState
from gateway.model.limits import Deadline


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that is to be hosted."""

    file: HostedFile
    """Pending; its domain is for the catalogue to say."""
    pool: str
    """Of attachment domains."""
    facts: Facts
    """What of the message is about this file, so that a later policy can judge it again."""


class Hosting(Protocol):
    """What a worker sees of it."""

    async def host(self, new: NewFile, descriptor: int, deadline: Deadline) -> str:
        """Return the link when row and content, the bytes behind `descriptor`, are durable.

        Raises `Deferred` (451 4.3.0) for anything else.
        """

    async def settle(self, message: str, *, delivered: bool) -> None:
        """Say how the message ended: its files live, or go. Never raises: files of which nobody hears live."""


class UnknownFile(LookupError):
    """No such file."""


@dataclass(frozen=True, slots=True)
class Which:
    """Which files are meant; everything that is set must hold, exactly."""

    id: str = ""
    tenant: str = ""
    sha256: str = ""
    sender: str = ""
    message: str = ""
    """Our id of it."""
    message_id: str = ""
    """Its Message-ID field."""
    domain: str = ""
    state: FileState | None = None
    since: float = 0.0
    """Not older than this."""


class HostedFiles(Protocol):
    """The catalogue of files."""

    def add(self, *new: NewFile) -> None:
        """Write pending files, whose content is durable already, and links; all of them or none."""

    def settle(self, message: str, *, delivered: bool) -> int:
        """Let the pending files of a message live, or forget all of its files; return how many there were."""

    def settle_overdue(self, before: float) -> int:
        """Let pending files live that came before a time: nobody knows whether their mail was delivered."""

    def find(self, file_id: str) -> HostedFile | None:
        """Return the file as it is now; what a ban covers is BANNED, with its reason."""

    def facts(self, file_id: str) -> Facts:
        """Return what was known of the file when it came. Raises `UnknownFile`."""

    def list(self, which: Which, limit: int) -> Sequence[HostedFile]:
        """Return the files that fit, newest first."""

    def journal(self, file_id: str, limit: int) -> Sequence[Download]:
        """Return the downloads of a file, newest first."""

    def record_download(self, file_id: str, download: Download) -> None:
        """Write a download into the journal of its file, and count it."""

    def revoke(self, which: Which, who: str, why: str) -> int:
        """Take back every file that fits; return how many. Raises ValueError where `which` names nothing."""

    def restore(self, file_id: str, who: str, why: str) -> bool:
        """Give a revoked or banned file out again; tell whether it could be."""

    def due_for_rescan(self, before: float, limit: int, below: float | None = None) -> "Sequence[Ranked]":
        """Return files not scanned since `before`, newest and most downloaded first, of a lower rank than `below`."""

    def mark_scanned(self, ids: Sequence[str], at: float, signatures: str) -> None:
        """Note a clean scan; files that waited for one live."""

    def suspects_of(self, domain: str, limit: int) -> Sequence[HostedFile]:
        """Return the files behind links on a domain, newest and most downloaded first."""

    def expire(self, now: float, limit: int) -> int:
        """End files whose time is over, and forget those that ended long ago; return how many."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A file in the order of rescans."""

    rank: float
    file: HostedFile


class Shards(Protocol):
    """The catalogue of attachment domains."""

    def list(self) -> Sequence[Shard]:
        """Return all of them, by name."""

    def declare(self, shards: Sequence[Shard]) -> None:
        """Take over pool, weight, spare and pins from the settings; what is new comes into service."""

    def set_state(self, domain: str, state: ShardState, who: str, why: str) -> bool:
        """Change the state; tell whether it was another one. Tenants move with it, by `reputation.shards`."""

    def tenants_of(self, domain: str) -> Mapping[str, int]:
        """Return the tenants that have files behind links on a domain, and how many."""
