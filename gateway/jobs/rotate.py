"""Which attachment domains go to rest and which come back, from what is known of their listings. Pure.

Says what should be, each round anew, so that a crash between two steps leaves nothing half done. It never rests the
last domain of a pool that is in service: links on a listed domain are better than mail that cannot be delivered. What
a person decided after the listing stands.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.model.hosted import Shard, ShardState
from gateway.reputation.listings import Listing

LISTED = "listed"
"""How the reason of a rest begins that ends by itself."""
_IN_SERVICE = frozenset({ShardState.ACTIVE, ShardState.SPARE})


@dataclass(frozen=True, slots=True)
class Turn:
    """A change of one domain."""

    domain: str
    state: ShardState
    reason: str


def turns(shards: Sequence[Shard], listings: Mapping[str, Listing]) -> tuple[Sequence[Turn], Sequence[str]]:
    """Return the changes that are due, and the domains that should rest but are the last of their pool."""
    back = [one for one in shards if _is_well(one, listings.get(one.domain))]
    ill = [one for one in shards if _is_ill(one, listings.get(one.domain))]
    left = _in_service(shards, back)
    made = [Turn(one.domain, one.in_service, "no longer listed") for one in back]
    stuck = []
    for one in sorted(ill, key=lambda one: (listings[one.domain].since, one.domain)):
        if left[one.pool] > 1:
            left[one.pool] -= 1
            made.append(Turn(one.domain, ShardState.RESTING, _reason(listings[one.domain])))
        else:
            stuck.append(one.domain)
    return made, stuck


def _is_ill(shard: Shard, listing: Listing | None) -> bool:
    """Tell whether it is listed, and nobody has put it into service in spite of that."""
    return shard.state in _IN_SERVICE and listing is not None and listing.is_listed and shard.since <= listing.since


def _is_well(shard: Shard, listing: Listing | None) -> bool:
    """Tell whether it rests because of a listing that has ended since."""
    if shard.state is not ShardState.RESTING or not shard.reason.startswith(LISTED) or listing is None:
        return False
    return not listing.is_listed and listing.since >= shard.since


def _in_service(shards: Iterable[Shard], back: Sequence[Shard]) -> dict[str, int]:
    """Count what each pool has in service, with those that come back."""
    counts: dict[str, int] = {}
    for one in shards:
        counts[one.pool] = counts.get(one.pool, 0) + (one.state in _IN_SERVICE or one in back)
    return counts


def _reason(listing: Listing) -> str:
    accusers = ", ".join(f"{one.source} {one.detail}".strip() for one in listing.accusers())
    return f"{LISTED}: {accusers}"
