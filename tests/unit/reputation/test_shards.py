"""Tenants stay where they are, but for those of a domain that comes, goes or rests."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gateway.model.hosted import Shard, ShardState
from gateway.reputation.shards import DEFAULT_POOL, assign

TENANTS = [f"tenant{number}" for number in range(600)]


def shard(name: str, state: ShardState = ShardState.ACTIVE, weight: float = 1.0) -> Shard:
    """Return a domain of the default pool."""
    return Shard(name, DEFAULT_POOL, weight, state, is_spare=state is ShardState.SPARE)


SIX = [shard(f"files{number}.example") for number in range(6)]
SPARES = [shard("spare1.example", ShardState.SPARE), shard("spare2.example", ShardState.SPARE)]


def where(shards: list[Shard]) -> dict[str, str]:
    """Return the domain of each tenant."""
    return {tenant: one.domain for tenant in TENANTS if (one := assign(tenant, shards))}


domains = st.lists(st.from_regex(r"[a-z]{1,8}\.example", fullmatch=True), min_size=1, max_size=8, unique=True)
states = st.sampled_from(ShardState)


@given(domains, st.data())
def test_never_a_domain_that_rests_or_is_retired(names: list[str], data: st.DataObject) -> None:
    """And always one where any is in service."""
    shards = [
        replace(shard(name, data.draw(states)), is_spare=data.draw(st.booleans()), pins=("tenant0",)) for name in names
    ]

    in_service = [one for one in shards if one.state in {ShardState.ACTIVE, ShardState.SPARE}]
    found = assign("tenant0", shards)
    assert (found in in_service) if in_service else (found is None)


@given(domains, st.text(min_size=1, max_size=20).filter(lambda name: name.isprintable()))
def test_a_new_domain_takes_tenants_and_moves_no_other(names: list[str], tenant: str) -> None:
    """Whoever is not won by it stays."""
    shards = [shard(name) for name in names]
    before = assign(tenant, shards)
    after = assign(tenant, [*shards, shard("new.test")])

    assert after
    assert after in (before, shard("new.test"))


def test_a_domain_that_comes_or_goes_moves_about_one_in_n() -> None:
    """600 tenants, a seventh domain; within what chance allows."""
    before, after = where(SIX), where([*SIX, shard("files6.example")])
    moved = [tenant for tenant in TENANTS if before[tenant] != after[tenant]]

    assert 600 / 7 * 0.6 < len(moved) < 600 / 7 * 1.4
    assert all(after[tenant] == "files6.example" for tenant in moved)


def test_tenants_are_spread_evenly() -> None:
    """No domain of six has much more than a sixth."""
    counts = Counter(where(SIX).values())

    assert 6 == len(counts)
    assert max(counts.values()) < 600 / 6 * 1.4


def test_weights_count() -> None:
    """A domain of weight 3 beside one of weight 1 has three in four."""
    counts = Counter(where([shard("large.example", weight=3.0), shard("small.example")]).values())

    assert 600 * 0.68 < counts["large.example"] < 600 * 0.82


def test_a_rest_moves_its_own_tenants_to_spares_and_back() -> None:
    """Nobody else moves, and nobody comes to a spare before."""
    resting = [replace(SIX[0], state=ShardState.RESTING), *SIX[1:], *SPARES]
    before, during = where([*SIX, *SPARES]), where(resting)

    assert not {"spare1.example", "spare2.example"} & set(before.values())
    assert {t for t in TENANTS if before[t] != during[t]} == {t for t in TENANTS if before[t] == SIX[0].domain}
    assert {during[t] for t in TENANTS if before[t] == SIX[0].domain} == {"spare1.example", "spare2.example"}


def test_a_spare_that_rests_moves_only_those_that_it_stood_in_for() -> None:
    """It has no tenants of its own."""
    first = replace(SIX[0], state=ShardState.RESTING)
    before = where([first, *SIX[1:], *SPARES])
    after = where([first, *SIX[1:], replace(SPARES[0], state=ShardState.RESTING), SPARES[1]])

    assert {t for t in TENANTS if before[t] != after[t]} == {t for t in TENANTS if before[t] == "spare1.example"}


def test_without_spares_the_others_take_over() -> None:
    """Links must be made somewhere."""
    after = where([replace(SIX[0], state=ShardState.RESTING), *SIX[1:]])

    assert {one.domain for one in SIX[1:]} == set(after.values())


def test_pins_come_first_and_follow_a_rest() -> None:
    """A pinned tenant goes to a spare like others."""
    pinned = [replace(SIX[0], pins=("tenant7",)), *SIX[1:], *SPARES]
    found = assign("tenant7", pinned)
    moved = assign("tenant7", [replace(pinned[0], state=ShardState.RESTING), *pinned[1:]])

    assert found == pinned[0]
    assert moved in SPARES


def test_pools_are_apart() -> None:
    """No domain of another pool is chosen."""
    gold = Shard("gold.example", "gold")

    assert gold == assign("tenant1", [*SIX, gold], "gold")
    assert assign("tenant1", SIX, "gold") is None
