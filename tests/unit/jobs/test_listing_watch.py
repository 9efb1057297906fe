"""Rounds of the watch over a real database; the sources are scripted, the clock is the test's."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.adapters.sql.domains import SqlShards
from gateway.adapters.sql.hosted import SqlHosted
from gateway.adapters.sql.memos import Memos, SqlListingBook
from gateway.adapters.sql.store import open_store
from gateway.adapters.storeplace import Place
from gateway.jobs.listing_watch import ListingWatch, Pace
from gateway.jobs.schedule import Done
from gateway.model.hosted import FileState, Shard, ShardState
from gateway.reputation.listings import Rules
from tests.unit.adapters.sql.hosting import new
from tests.unit.jobs.watching import MUST, MUST_NOT, NotedAlarms, NotedRescans, ScriptedSource

HOUR = 3600.0
ONE, TWO, SPARE = "one.example", "two.example", "spare.example"


class House:
    """The watch and what it works with."""

    def __init__(self, folder: Path) -> None:
        self.now = 100 * HOUR
        self.store = open_store(Place("", "", folder))
        self.shards = SqlShards(self.store.engine, self.time)
        self.files = SqlHosted(self.store.engine, self.time)
        self.alarms, self.rescans = NotedAlarms(), NotedRescans()
        self.shards.declare(
            [Shard(ONE, "default"), Shard(TWO, "default"), Shard(SPARE, "default", is_spare=True)],
        )
        self.book = SqlListingBook(Memos(self.store.engine))

    def time(self) -> float:
        """Return the test's time."""
        return self.now

    def watch(self, *sources: ScriptedSource, rules: Rules | None = None) -> ListingWatch:
        """Return a watch that knows nothing but what is in the database."""
        pace = Pace(rules or Rules(), 30.0, HOUR)
        watched = [one.watched() for one in sources]
        return ListingWatch(watched, self.shards, self.files, self.book, self.rescans, self.alarms, pace, self.time)

    async def rounds(self, count: int, *sources: ScriptedSource, every: float = 60.0) -> Done:
        """Let rounds pass, each by a watch that was started anew."""
        done = Done()
        for _ in range(count):
            self.now += every
            done = await self.watch(*sources).round()
        return done

    def states(self) -> dict[str, str]:
        """Return the state of each domain."""
        return {one.domain: one.state.value for one in self.shards.list()}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Open a house with two domains and a spare."""
    one = House(tmp_path)
    yield one
    one.store.close()


async def test_nothing_happens_while_all_is_well(house: House) -> None:
    """One question for each source, with all domains and the names for tests."""
    source = ScriptedSource("dbl")
    done = await house.rounds(1, source)

    assert Done("3 domains at 1 sources, 0 listed") == done
    assert [(ONE, SPARE, TWO, MUST, MUST_NOT)] == source.asked
    assert [] == house.alarms.events()


async def test_listing_is_asked_about_again_soon_and_then_acted_upon(house: House) -> None:
    """The domain rests, its files are scanned again in the order of suspicion, and people are told."""
    source = ScriptedSource("dbl")
    house.files.add(new(id="old", domain=ONE, created_at=1.0, scanned_at=house.now))
    house.files.add(new(id="fresh", domain=ONE, created_at=house.now, tenant="beta"))
    house.files.add(new(id="other", domain=TWO, created_at=house.now))
    house.files.settle_overdue(house.now + 1)
    source.listed.add(ONE)
    first = await house.rounds(1, source)
    before = house.states()[ONE], house.alarms.events()
    await house.rounds(1, source)
    [alarm] = house.alarms.sounded

    assert (30.0, ("active", [])) == (first.again_in, before)
    assert {ONE: "resting", TWO: "active", SPARE: "spare"} == house.states()
    assert [(["fresh", "old"], f"{ONE} is listed")] == house.rescans.asked
    assert ("domain_listed", ONE, 2, 2) == (
        alarm.event,
        alarm.subject,
        alarm.detail["tenants"],
        alarm.detail["links"],
    )
    assert "listed: dbl" == next(one.reason for one in house.shards.list() if one.domain == ONE)


async def test_alarm_sounds_once(house: House) -> None:
    """However many rounds a listing lasts, and however often the process is started anew."""
    source = ScriptedSource("dbl", {MUST, ONE})
    await house.rounds(10, source)

    assert [("domain_listed", ONE)] == house.alarms.events()


async def test_domain_comes_back_after_a_day_without_listing(house: House) -> None:
    """And people hear of it."""
    source = ScriptedSource("dbl", {MUST, ONE})
    await house.rounds(2, source)
    source.listed.discard(ONE)
    await house.rounds(48, source, every=HOUR / 2)
    before = house.states()[ONE]
    house.alarms.events()
    await house.rounds(1, source, every=HOUR / 2)

    assert ("resting", "active") == (before, house.states()[ONE])
    assert [("domain_clean", ONE)] == house.alarms.events()


async def test_silence_changes_nothing(house: House) -> None:
    """Neither of a domain that is well nor of one that is listed; a week of it."""
    source = ScriptedSource("dbl", {MUST, ONE})
    await house.rounds(2, source)
    source.is_silent = True
    house.alarms.events()
    await house.rounds(7 * 24, source, every=HOUR)

    assert {ONE: "resting", TWO: "active", SPARE: "spare"} == house.states()
    assert [] == house.alarms.events()


async def test_source_that_fails_keeps_no_other_from_being_heard(house: House) -> None:
    """Whatever it raises."""
    broken, source = ScriptedSource("broken", trouble=RuntimeError("odd")), ScriptedSource("dbl", {MUST, ONE})
    await house.rounds(2, broken, source)

    assert "resting" == house.states()[ONE]


async def test_source_that_lists_everything_is_put_aside(house: House) -> None:
    """No domain rests, and an alarm says why; when it has been right for an hour, it is heard again."""
    source = ScriptedSource("dbl", {MUST, MUST_NOT, ONE, TWO, SPARE})
    await house.rounds(5, source)
    aside, states = house.alarms.events(), house.states()
    source.listed = {MUST, ONE}
    await house.rounds(61, source)
    back = house.alarms.events()
    await house.rounds(3, source)

    assert [("listing_source_aside", "dbl")] == aside
    assert {ONE: "active", TWO: "active", SPARE: "spare"} == states
    assert [("listing_source_back", "dbl")] == back
    assert "resting" == house.states()[ONE]


async def test_source_that_says_nothing_of_its_tests_is_not_heard(house: House) -> None:
    """It answers, but nobody knows whether it is in its right mind."""

    class Half(ScriptedSource):
        async def ask(self, names):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            return {name: said for name, said in (await super().ask(names)).items() if name not in {MUST, MUST_NOT}}

    await house.rounds(5, Half("dbl", {MUST, ONE}))

    assert "active" == house.states()[ONE]


async def test_last_domain_in_service_stays_until_another_comes(house: House) -> None:
    """All are listed: one stays, and its alarm says so."""
    source = ScriptedSource("dbl", {MUST, ONE, TWO, SPARE})
    await house.rounds(2, source)
    troubled = [one.subject for one in house.alarms.sounded if "trouble" in one.detail]
    house.alarms.events()
    house.shards.declare([Shard("new.example", "default")])
    await house.rounds(1, source)

    assert [TWO] == troubled
    assert {ONE: "resting", TWO: "resting", SPARE: "resting", "new.example": "active"} == house.states()
    assert [("domain_listed", TWO)] == house.alarms.events()


async def test_domain_that_people_put_back_stays_in_service(house: House) -> None:
    """They know better; the listing goes on being watched."""
    source = ScriptedSource("dbl", {MUST, ONE})
    await house.rounds(2, source)
    house.now += 1
    house.shards.set_state(ONE, ShardState.ACTIVE, "ada", "the list is wrong")
    await house.rounds(5, source)

    assert "active" == house.states()[ONE]
    assert house.book.load().listings[ONE].is_listed


async def test_what_people_decide_while_sources_are_asked_stands(house: House) -> None:
    """Asking takes its time; the last word is theirs."""

    class Slow(ScriptedSource):
        async def ask(self, names):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            house.now += 10
            house.shards.set_state(ONE, ShardState.RETIRED, "ada", "sold")
            return await super().ask(names)

    await house.rounds(1, ScriptedSource("dbl", {MUST, ONE}))
    await house.rounds(1, Slow("dbl", {MUST, ONE}))

    assert "retired" == house.states()[ONE]


async def test_retired_domain_is_not_asked_about(house: House) -> None:
    """It is nobody's any more, maybe somebody else's."""
    house.shards.set_state(TWO, ShardState.RETIRED, "ada", "sold")
    source = ScriptedSource("dbl")
    await house.rounds(1, source)

    assert TWO not in source.asked[0]


async def test_revoked_files_are_no_suspects(house: House) -> None:
    """Nobody gets them any more."""
    house.files.add(new(id="gone", domain=ONE, state=FileState.REVOKED))
    await house.rounds(2, ScriptedSource("dbl", {MUST, ONE}))

    assert [([], f"{ONE} is listed")] == house.rescans.asked


async def test_what_a_source_said_is_forgotten_when_it_is_no_longer_asked(house: House) -> None:
    """Taken out of the settings, it holds no domain for ever; another one has to call it clean."""
    await house.rounds(2, ScriptedSource("dbl", {MUST, ONE}))
    await house.rounds(50, ScriptedSource("surbl"), every=HOUR / 2)

    assert "active" == house.states()[ONE]
