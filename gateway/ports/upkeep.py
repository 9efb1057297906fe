"""What keeps hosted files in order: passes of rescans, bans, and judging by today's policy. All of it blocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.model.facts import Facts
from gateway.model.hosted import Ban, HostedFile
from gateway.ports.hosting import Which


@dataclass(frozen=True, slots=True)
class Pass:
    """One round of rescans: how far it is, so that it goes on after a restart."""

    number: int
    reason: str
    signatures: str
    """What the scanner knew when it began."""
    before: float
    """Files that were scanned before this time are meant."""
    began_at: float
    ids: tuple[str, ...] = ()
    """Files that are still to come, where only some are meant."""
    few: bool = False
    """Only some files are meant."""
    below: float | None = None
    """Files of a lower rank are still to come in this walk; None at its beginning."""
    moved: int = 0
    """Files that got a verdict in this walk; a walk without one is the last."""
    clean: int = 0
    bad: int = 0
    failed: int = 0
    """Without a verdict, tries counted."""
    at: float = 0.0
    """When it last went on."""
    ended_at: float = 0.0
    """0 while it goes on."""


class Passes(Protocol):
    """The book of rescans."""

    def begin(self, wanted: Pass) -> Pass:
        """Write a new pass; return it with its number."""

    def save(self, one: Pass) -> None:
        """Write down how far it is."""

    def open(self) -> Sequence[Pass]:
        """Return those that go on, those of a few files first, older ones first."""

    def last(self, limit: int) -> Sequence[Pass]:
        """Return the newest ones."""

    def left(self, before: float) -> int:
        """Count the files that were not scanned since `before`."""


class Bans(Protocol):
    """Emergency bans; they count from the next request on, in every process."""

    def ban(self, kinds: Sequence[str], until: float, who: str, why: str) -> int:
        """Forbid files of these kinds; return how many files that stops now."""

    def unban(self, kinds: Sequence[str], who: str) -> Sequence[str]:
        """Take bans back; return the kinds that were banned."""

    def in_force(self) -> Sequence[Ban]:
        """Return the bans that count now, by kind."""

    def covered(self, which: Which, limit: int) -> Sequence[HostedFile]:
        """Return files that only a ban in force keeps back, newest first."""

    def forget(self, before: float) -> int:
        """Remove bans that ended before a time; return how many."""


class Standing(Protocol):
    """Hosted files as a later policy judges them."""

    def walk(self, tenant: str, after: HostedFile | None, limit: int) -> Sequence[tuple[HostedFile, Facts]]:
        """Return files of a tenant that are given out, or forbidden by policy, oldest first, behind `after`."""

    def forbid(self, reasons: Mapping[str, str], who: str) -> int:
        """Ban files, each for its reason; return how many were given out until now."""

    def allow(self, ids: Sequence[str], who: str) -> int:
        """Give files out again that a policy had banned; return how many."""


@dataclass(frozen=True, slots=True)
class Request:
    """A recipient asks for a file that is no longer given out."""

    file: str
    at: float
    address: str
    """Of the client, truncated."""
    words: str
    """Who asks, and why."""
    settled_at: float
    """0 while it is open."""
    settled_by: str


class Requests(Protocol):
    """What recipients ask admins for."""

    def list(self, limit: int, *, with_settled: bool) -> Sequence[Request]:
        """Return requests, newest first."""

    def settle(self, file_id: str, who: str) -> int:
        """Take the open requests for a file as answered; return how many there were."""
