"""Who lists attachment domains, and where it is kept what they said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gateway.reputation.listings import Listing, Said, Trust


class ListingSource(Protocol):
    """Somebody who tells of domains whether they are dangerous."""

    @property
    def name(self) -> str:
        """Under which its answers are kept and shown."""

    async def ask(self, names: Sequence[str]) -> Mapping[str, Said]:
        """Return an answer for each name; silence where there is none in time. Never raises."""


@dataclass(frozen=True, slots=True)
class Book:
    """All that is known of listings at one time."""

    listings: Mapping[str, Listing] = field(default_factory=dict)
    """By domain."""
    trusts: Mapping[str, Trust] = field(default_factory=dict)
    """By source."""
    asked_at: float = 0.0
    """When the sources were last asked; Unix time."""


class ListingBook(Protocol):
    """Where the book lies. Blocks."""

    def load(self) -> Book:
        """Return what was last saved."""

    def save(self, book: Book) -> None:
        """Keep it."""
