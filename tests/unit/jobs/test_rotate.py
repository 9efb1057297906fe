"""Which attachment domains rest and which come back."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gateway.jobs.rotate import LISTED, Turn, turns
from gateway.model.hosted import Shard, ShardState
from gateway.reputation.listings import Listing, Opinion

ONE, TWO = Shard("one.example", "default"), Shard("two.example", "default")
BAD = Listing("one.example", is_listed=True, since=10.0, opinions=(Opinion("dbl", True, 0.0, 10.0, "(127.0.1.4)"),))
CLEAN = Listing("one.example", since=99.0)


def test_listed_domain_rests() -> None:
    """The reason names who lists it."""
    made, stuck = turns([ONE, TWO], {"one.example": BAD})

    assert [Turn("one.example", ShardState.RESTING, "listed: dbl (127.0.1.4)")] == made
    assert [] == stuck


def test_last_domain_of_a_pool_stays() -> None:
    """A domain of another pool is no help; people are told."""
    assert ([], ["one.example"]) == turns([ONE, replace(TWO, pool="gold")], {"one.example": BAD})


def test_of_two_that_are_listed_the_one_listed_later_stays() -> None:
    """One of them has to."""
    later = Listing("two.example", is_listed=True, since=20.0)
    made, stuck = turns([ONE, TWO], {"one.example": BAD, "two.example": later})

    assert (["one.example"], ["two.example"]) == ([turn.domain for turn in made], list(stuck))


def test_domain_that_comes_back_lets_another_one_go() -> None:
    """In the same round."""
    resting = replace(ONE, state=ShardState.RESTING, since=10.0, reason=f"{LISTED}: dbl")
    other = Listing("two.example", is_listed=True, since=50.0)
    made, stuck = turns([resting, TWO], {"one.example": CLEAN, "two.example": other})

    assert ([ShardState.ACTIVE, ShardState.RESTING], []) == ([turn.state for turn in made], list(stuck))


def test_spare_comes_back_as_a_spare() -> None:
    """It has no tenants of its own."""
    resting = replace(ONE, state=ShardState.RESTING, since=10.0, reason=f"{LISTED}: dbl", is_spare=True)
    made, _ = turns([resting, TWO], {"one.example": CLEAN})

    assert [Turn("one.example", ShardState.SPARE, "no longer listed")] == made


def test_what_people_decided_stands() -> None:
    """Who put a listed domain into service wanted it there; who took one out brings it back."""
    wanted = replace(ONE, since=11.0)
    taken_out = replace(ONE, state=ShardState.RESTING, since=10.0, reason="moving house")

    assert ([], []) == turns([wanted, TWO], {"one.example": BAD})
    assert ([], []) == turns([taken_out, TWO], {"one.example": CLEAN})


def test_domain_of_which_nothing_is_known_any_more_stays_as_it_is() -> None:
    """What was heard may be lost with a database; a rest then ends by hand."""
    resting = replace(ONE, state=ShardState.RESTING, since=10.0, reason=f"{LISTED}: dbl")

    assert ([], []) == turns([resting, TWO], {})
    assert ([], []) == turns([resting, TWO], {"one.example": Listing("one.example")})


def test_turning_is_done_when_it_is_done() -> None:
    """The next round finds nothing to do, as after a crash behind the change."""
    made, _ = turns([ONE, TWO], {"one.example": BAD})
    rested = replace(ONE, state=made[0].state, since=12.0, reason=made[0].reason)

    assert ([], []) == turns([rested, TWO], {"one.example": BAD})


shards = st.lists(
    st.builds(
        Shard,
        st.sampled_from([f"{name}.example" for name in "abcdef"]),
        st.sampled_from(["default", "gold"]),
        state=st.sampled_from(ShardState),
        since=st.floats(0, 100),
        reason=st.sampled_from(["", "listed: x", "by hand"]),
        is_spare=st.booleans(),
    ),
    unique_by=lambda one: one.domain,
)
listings = st.dictionaries(
    st.sampled_from([f"{name}.example" for name in "abcdef"]),
    st.builds(Listing, st.just(""), st.booleans(), st.floats(0, 100)),
)


@given(shards, listings)
def test_no_pool_is_left_without_a_domain(all_shards: list[Shard], known: dict[str, Listing]) -> None:
    """A pool that had one in service still has one, whatever is listed."""
    service = {ShardState.ACTIVE, ShardState.SPARE}
    after = {one.domain: one.state for one in all_shards}
    after |= {turn.domain: turn.state for turn in turns(all_shards, known)[0]}
    had = {one.pool for one in all_shards if one.state in service}

    assert had <= {one.pool for one in all_shards if after[one.domain] in service}
