"""What the health of attachment domains asks of the other parts of hosting."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.model.hosted import HostedFile
from gateway.ports.listings import ListingSource


class Rescans(Protocol):
    """Who scans hosted files again."""

    async def soon(self, files: Sequence[HostedFile], why: str) -> None:
        """See to it that these are scanned next, in this order, and bad ones revoked; does not wait for that."""


@dataclass(frozen=True, slots=True)
class WatchedSource:
    """A source, and names by which it is seen whether it is in its right mind."""

    source: ListingSource
    must: str = ""
    """A name that it must list; empty: none is known."""
    must_not: str = ""
    """A name that it must not list."""
