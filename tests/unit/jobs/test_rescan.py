"""Passes of rescans: what is due, in which order, and from where they go on."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.jobs.rescan import NEW_SIGNATURES, OLD_SCANS, Counts, Pace, Rescans, asked, everything
from gateway.model.hosted import Download, FileState
from gateway.model.policy import Hosting
from gateway.model.scan import Outcome
from gateway.ports.upkeep import Pass
from tests.unit.jobs.shelf import Shelf, policies
from tests.unit.policy.samples import policy

HOUR, DAY = 3600.0, 86400.0
FAST = Pace(page=1, per_second=1e9)


@pytest.fixture
def now() -> float:
    """Return the time."""
    return time.time()


def rescans(shelf: Shelf) -> Rescans:
    """Return the loop of a process that has just begun."""
    return Rescans(shelf.files, shelf.passes, shelf.checking, shelf.scanner.version, lambda: shelf.policies, FAST)


def fill(shelf: Shelf, now: float, count: int) -> None:
    """Host files that were scanned an hour ago, f0 the newest one."""
    for number in range(count):
        shelf.put(f"f{number}", b"%d" % number, created_at=now - HOUR - number, scanned_at=now - HOUR)


def in_short(one: Pass) -> tuple[str, int, int, int, bool]:
    """Return what a pass did."""
    return one.reason, one.clean, one.bad, one.failed, one.ended_at > 0


async def test_new_signatures_look_at_every_file(shelf: Shelf, now: float) -> None:
    """Newest first; what they find is revoked, the others are booked to them, and the pass ends."""
    fill(shelf, now, 5)
    shelf.scanner.known[b"3"] = "Worm"
    loop = rescans(shelf)
    done = await loop.run()

    assert [b"0", b"1", b"2", b"3", b"4"] == shelf.scanner.seen
    assert [one for one, state in shelf.states().items() if state is FileState.REVOKED] == ["f3"]
    assert ["Scanner/1"] * 2 == [shelf.find(one).signatures for one in ("f0", "f4")]
    assert [(NEW_SIGNATURES, 4, 1, 0, True)] == [in_short(one) for one in shelf.passes.last(9)]
    assert (Counts(4, 1, 0), "up to date with Scanner/1") == (loop.counts, done.note)


async def test_nothing_is_scanned_twice_for_the_same_signatures(shelf: Shelf, now: float) -> None:
    """Nor after a restart; newer ones begin anew."""
    fill(shelf, now, 3)
    for engine in ("Scanner/1", "Scanner/1", "Scanner/2"):
        shelf.scanner.engine = engine
        await rescans(shelf).run()

    assert 6 == len(shelf.scanner.seen)
    assert ["Scanner/2", "Scanner/1"] == [one.signatures for one in shelf.passes.last(9)]


async def test_pass_goes_on_where_it_was(shelf: Shelf, now: float) -> None:
    """The process ended after the first page; nothing of that is done again."""
    fill(shelf, now, 5)
    begun = shelf.passes.begin(Pass(0, NEW_SIGNATURES, "Scanner/1", now, now))
    first = shelf.files.due_for_rescan(now, 2)
    shelf.files.mark_scanned([one.file.id for one in first], now, "Scanner/1")
    shelf.passes.save(replace(begun, below=first[-1].rank, moved=2, clean=2))
    await rescans(shelf).run()

    assert [b"2", b"3", b"4"] == shelf.scanner.seen
    assert [(NEW_SIGNATURES, 5, 0, 0, True)] == [in_short(one) for one in shelf.passes.last(9)]


async def test_file_that_is_downloaded_meanwhile_is_not_missed(shelf: Shelf, now: float) -> None:
    """It moves up, above where the pass stands; another walk finds it."""
    fill(shelf, now, 5)
    original = shelf.files.mark_scanned
    downloads = [lambda: shelf.files.record_download("f4", Download(now, "t", "192.0.2.0/24", 1))]

    def mark(ids: list[str], at: float, signatures: str) -> None:
        original(ids, at, signatures)
        while downloads:
            downloads.pop()()

    shelf.files.mark_scanned = mark  # type: ignore[method-assign, assignment]
    await rescans(shelf).run()

    assert {b"%d" % number for number in range(5)} == set(shelf.scanner.seen)
    assert 5 == len(shelf.scanner.seen)


async def test_silent_scanner_moves_nothing(shelf: Shelf, now: float) -> None:
    """When it is back, the pass begins; when it falls silent in the middle, the place is kept."""
    fill(shelf, now, 4)
    shelf.scanner.engine = ""
    loop = rescans(shelf)

    assert ("the scanner is silent", []) == ((await loop.run()).note, shelf.passes.last(9))

    shelf.scanner.engine = "Scanner/1"
    shelf.scanner.outcomes = _falls_silent_at(shelf, 2)
    assert f"waits: {NEW_SIGNATURES}" == (await loop.run()).note
    assert [(NEW_SIGNATURES, 2, 0, 0, False)] == [in_short(one) for one in shelf.passes.last(9)]

    shelf.scanner.engine, shelf.scanner.outcomes = "Scanner/1", {}
    await loop.run()
    assert [(NEW_SIGNATURES, 4, 0, 0, True)] == [in_short(one) for one in shelf.passes.last(9)]


def _falls_silent_at(shelf: Shelf, number: int) -> dict[bytes, Outcome]:
    class Falling(dict[bytes, Outcome]):
        def get(self, content: bytes, default: Outcome = Outcome.CLEAN) -> Outcome:  # type: ignore[override]
            if int(content) >= number:
                shelf.scanner.engine = ""
                return Outcome.UNKNOWN
            return default

    return Falling()


async def test_file_that_nobody_can_scan_stops_no_pass(shelf: Shelf, now: float) -> None:
    """It is counted, stays due, and the pass ends all the same."""
    fill(shelf, now, 5)
    shelf.scanner.outcomes[b"1"] = Outcome.UNKNOWN
    shelf.scanner.outcomes[b"0"] = Outcome.UNKNOWN
    await rescans(shelf).run()
    (one,) = shelf.passes.last(9)

    assert (3, 0, True, 2) == (one.clean, one.bad, one.ended_at > 0, shelf.passes.left(now))
    assert one.failed >= 2


@pytest.mark.parametrize(("hours", "passes"), [(0.5, 1), (1.5, 2)])
async def test_files_without_a_verdict_are_looked_at_again_soon(
    hours: float, passes: int, shelf: Shelf, now: float
) -> None:
    """An hour later, long before their scans are old; those that have one by then are left alone."""
    fill(shelf, now, 3)
    shelf.files.mark_scanned(["f0", "f2"], now, "Scanner/1")
    ended = now - hours * HOUR
    shelf.passes.begin(Pass(0, NEW_SIGNATURES, "Scanner/1", now - 60, ended, failed=1, ended_at=ended))
    await rescans(shelf).run()

    assert [b"1"] * (passes - 1) == shelf.scanner.seen
    assert passes == len(shelf.passes.last(9))


async def test_files_that_wait_for_their_first_scan_go_first(shelf: Shelf, now: float) -> None:
    """Whatever their age."""
    fill(shelf, now, 2)
    shelf.put("old", b"99", created_at=now - DAY, scanned_at=0.0)
    await rescans(shelf).run()

    assert b"99" == shelf.scanner.seen[0]
    assert shelf.find("old").state is FileState.LIVE


@pytest.mark.parametrize(
    ("hours", "every", "is_due"), [(17.0, DAY, False), (19.0, DAY, True), (19.0, 2 * DAY, False), (4.0, 4 * HOUR, True)]
)
async def test_old_scans_are_made_anew(hours: float, every: float, is_due: bool, shelf: Shelf, now: float) -> None:  # noqa: FBT001
    """Well before the time is over that the tenant's policy gives; another tenant asks for it more often."""
    asks = policy(name="acme", hosting=Hosting(rescan_every=every))
    shelf.policies = policies(asks, policy(name="other", hosting=Hosting(rescan_every=4 * HOUR)))
    shelf.put("f1", b"1", created_at=now - 9 * DAY, scanned_at=now - hours * HOUR)
    ended = Pass(0, NEW_SIGNATURES, "Scanner/1", 0.0, now - HOUR, ended_at=now - HOUR)
    shelf.passes.begin(ended)
    await rescans(shelf).run()

    assert ([b"1"] if is_due else []) == shelf.scanner.seen
    assert [OLD_SCANS, NEW_SIGNATURES] == [one.reason for one in shelf.passes.last(9)]


async def test_tenant_that_does_not_ask_for_new_signatures_is_left_out(shelf: Shelf, now: float) -> None:
    """Its files are looked at when their scans are old."""
    shelf.policies = policies(policy(name="acme", hosting=Hosting(rescan_on_new_signatures=False)))
    fill(shelf, now, 3)
    await rescans(shelf).run()

    assert [] == shelf.scanner.seen


async def test_long_pass_lets_what_is_urgent_go_before(shelf: Shelf, now: float) -> None:
    """Each run ends after its turn and comes again at once; a file that was delivered unscanned meanwhile is next."""
    fill(shelf, now, 3)
    hurried = replace(FAST, turn=0.0)
    loop = Rescans(shelf.files, shelf.passes, shelf.checking, shelf.scanner.version, lambda: shelf.policies, hurried)
    done = await loop.run()
    shelf.put("urgent", b"99", created_at=now, scanned_at=0.0)
    await loop.run()

    assert (0.0, [b"99"]) == (done.again_in, shelf.scanner.seen)
    await rescans(shelf).run()
    assert [b"99", b"0", b"1", b"2"] == shelf.scanner.seen


async def test_suspects_are_scanned_before_all_others(shelf: Shelf, now: float) -> None:
    """In the order in which they were given, also when the process ended in between."""
    fill(shelf, now, 5)
    await rescans(shelf).soon([shelf.find(one) for one in ("f4", "f2", "f3")], "files1.example is listed")
    await rescans(shelf).run()

    assert [b"4", b"2", b"3", b"0", b"1"] == shelf.scanner.seen
    assert [(NEW_SIGNATURES, 2), ("files1.example is listed", 3)] == [
        (one.reason, one.clean) for one in shelf.passes.last(9)
    ]


@pytest.mark.parametrize("make", [lambda now: everything("ada asks", now), lambda now: asked(["f1"], "ada asks", now)])
async def test_who_asks_gets_a_pass(make: Callable[[float], Pass], shelf: Shelf, now: float) -> None:
    """Whatever was scanned before."""
    fill(shelf, now, 2)
    loop = rescans(shelf)
    await loop.run()
    shelf.scanner.seen.clear()
    wanted = make(time.time())
    shelf.passes.begin(wanted)
    await loop.run()

    assert ([b"1"] if wanted.few else [b"0", b"1"]) == shelf.scanner.seen


async def test_new_signatures_overtake_a_pass(shelf: Shelf, now: float) -> None:
    """The older one ends; nothing is scanned for both."""
    fill(shelf, now, 3)
    shelf.passes.begin(Pass(0, NEW_SIGNATURES, "Scanner/0", now, now))
    await rescans(shelf).run()

    assert 3 == len(shelf.scanner.seen)
    assert [(NEW_SIGNATURES, 3, 0, 0, True), (NEW_SIGNATURES, 0, 0, 0, True)] == [
        in_short(one) for one in shelf.passes.last(9)
    ]
