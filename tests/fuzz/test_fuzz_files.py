"""Damaged files: nothing but `Spent` leaves an opener or the walk, and no call takes more than its budget gives."""

import functools
import itertools
import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.filetype.identified import Identified, Note
from gateway.filetype.identify import identify
from gateway.model.finding import FindingKind
from gateway.model.limits import MIB, Limits
from gateway.unpack.budget import Budget, Spent
from gateway.unpack.opener import Member, Opener
from gateway.unpack.openers import OPENERS, opener_of
from tests.fuzz.mutation import damaged, untimed
from tests.fuzz.seeds import containers_of_all_kinds, pictures
from tests.unit.filetype.made import nobody
from tests.unit.unpack.walked import walked

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OPENED = sorted({*OPENERS, DOCX, "application/java-archive"})
LIMITS = Limits(members=50, expanded=4 * MIB, seconds=20)
TICKS = 20_000
"""Looks at the clock: each is a piece of bounded work, and more than these end the walk."""
MOST_MEMORY = 64 * MIB


def ticking() -> Callable[[], float]:
    """Return a clock that goes on by a thousandth of the budget's time at each look."""
    return functools.partial(next, itertools.count(0.0, LIMITS.seconds / TICKS))


@functools.cache
def seeds(media_type: str) -> list[bytes]:
    """Return the files that this opener is for; where none was made, all."""
    made = [one for kind in containers_of_all_kinds().values() for one in kind]
    return [one for one in made if identify(memoryview(one), nobody).media_type == media_type] or made


def drained(opener: Opener, data: bytes) -> int:
    """Read everything that an opener gives, as the walk does; return the number of bytes."""
    purse, total = Budget(LIMITS, ticking()), 0
    for member in opener(memoryview(data), ("a",), purse):
        if isinstance(member, Member):
            purse.spend_member()
            for chunk in member.chunks:
                total += len(chunk)
                purse.spend_bytes(len(chunk))
    return total


@pytest.mark.parametrize("media_type", OPENED)
@untimed
@given(data=st.data())
def test_opener_ends_within_its_budget(media_type: str, data: st.DataObject) -> None:
    """Members, notes, or an exception that the walk turns into a finding; never the end of the memory."""
    opener = opener_of(media_type)
    assert opener is not None
    raw = data.draw(damaged(seeds(media_type)))
    try:
        total = drained(opener, raw)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - broken content raises whatever it likes; the walk makes it a finding
        return

    assert total <= LIMITS.expanded


@untimed
@given(data=st.data())
def test_walk_never_raises(data: st.DataObject) -> None:
    """Whatever a file is, the walk gives findings; only the budget ends it early, and then there is one too."""
    raw = data.draw(damaged([*containers_of_all_kinds()["container"], *pictures()]) | st.binary(max_size=2000))
    found = walked(raw, clock=ticking(), limits=LIMITS)

    assert found.artifacts
    assert sum(one.size for one in found.artifacts) <= LIMITS.expanded + len(raw)
    assert len(found.artifacts) <= LIMITS.members + 1


@untimed
@given(data=st.data())
def test_identify_never_raises(data: st.DataObject) -> None:
    """Every file has a type, also a damaged picture."""
    raw = data.draw(damaged([*pictures(), *containers_of_all_kinds()["container"]]))
    found = identify(memoryview(raw), nobody)

    assert isinstance(found, Identified)
    assert found.media_type


def test_memory_stays_bounded_for_damaged_files() -> None:
    """The walk of any seed, cut anywhere, holds no more memory than its budget."""
    tracemalloc.start()
    try:
        for raw in (*containers_of_all_kinds()["container"], *pictures()):
            for size in (len(raw), len(raw) * 2 // 3, len(raw) // 3):
                walked(raw[:size], clock=ticking(), limits=LIMITS)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


def test_budget_of_these_tests_ends() -> None:
    """The ticking clock runs out, so that a loop that asks it cannot be endless."""
    with pytest.raises(Spent):
        drained(forever, b"")


def forever(view: memoryview, names: tuple[str, ...], budget: Budget) -> Iterator[Note]:
    """Stand in for an opener that never ends but asks for the time."""
    while True:
        budget.spend_time()
        yield Note(FindingKind.CONTAINER_UNREADABLE)
