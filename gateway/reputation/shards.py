"""Which attachment domain a tenant's new links are made on: weighted rendezvous hashing, with pins.

Each domain scores for each tenant, by a hash of both names; the highest score wins. A domain that comes or goes moves
only the tenants that it wins or has won: one in N. While a domain rests, its own tenants, and nobody else's, are
spread over the spares (over the other active ones where no spare is in service); after the rest they are back.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence

from gateway.model.hosted import Shard, ShardState

DEFAULT_POOL = "default"
"""Of domains and policies that name no pool."""


def assign(tenant: str, shards: Iterable[Shard], pool: str = "") -> Shard | None:
    """Return the domain for a tenant's new links; None where none in the pool is in service."""
    inside = [one for one in shards if one.pool == (pool or DEFAULT_POOL)]
    homes = [one for one in inside if _has_tenants(one)]
    pinned = [one for one in homes if tenant in one.pins]
    home = _best(tenant, pinned or homes)
    if home is not None and home.state is ShardState.ACTIVE:
        return home
    spares = [one for one in inside if one.state is ShardState.SPARE]
    return _best(tenant, spares or [one for one in homes if one.state is ShardState.ACTIVE])


def _has_tenants(shard: Shard) -> bool:
    """Tell whether tenants belong to it, be they elsewhere for a while; a spare put to work by hand is one of them."""
    return shard.state is ShardState.ACTIVE or (shard.state is ShardState.RESTING and not shard.is_spare)


def _best(tenant: str, shards: Sequence[Shard]) -> Shard | None:
    return max(shards, key=lambda one: (_score(tenant, one), one.domain), default=None)


def _score(tenant: str, shard: Shard) -> float:
    """Weigh a number that is even between 0 and 1, so that a domain wins in proportion to its weight."""
    digest = hashlib.blake2b(f"{shard.domain}\n{tenant}".encode(), digest_size=8).digest()
    even = (int.from_bytes(digest) + 1) / (2**64 + 2)
    return -shard.weight / math.log(even)
