"""The book: who comes in, and who shares a transaction."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from gateway.doors.admission import Admission, Bounds, join, tenant_of
from gateway.model.errors import Deferred, Refused
from gateway.model.reply import BUSY, Reply
from tests.unit.doors.smtp.standins import policies

BOUNDS = Bounds(connections=3, per_client=2, in_flight=100, idle_grace=10.0)


@dataclass(eq=False)
class Caller:
    """A connection."""

    work: asyncio.Task[None]
    address: str = "192.0.2.1"
    idle_since: float | None = None
    has_transaction: bool = False
    heard: list[Reply] = field(default_factory=list)

    def hang_up(self, reply: Reply) -> None:
        self.heard.append(reply)


@pytest.fixture
async def work() -> AsyncIterator[asyncio.Task[None]]:
    """A task that does nothing."""
    task = asyncio.create_task(asyncio.sleep(3600))
    yield task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def codes(replies: list[Reply | None]) -> list[str]:
    """Return the reason words, "" for who was let in."""
    return [reply.lines[0].partition(":")[0] if reply else "" for reply in replies]


async def test_clients_come_in_up_to_both_limits(work: asyncio.Task[None]) -> None:
    """Two from one address, three in all."""
    book = Admission(BOUNDS)
    callers = [Caller(work, address) for address in ("a", "a", "a", "b", "c")]

    said = [book.enter(caller, 0.0) for caller in callers]

    assert codes(said) == ["", "", "too_many_connections", "", "busy"]
    assert (book.counters.connections, book.counters.connections_total, book.counters.refused) == (3, 3, 2)


async def test_place_of_who_left_is_free(work: asyncio.Task[None]) -> None:
    """Leaving twice counts once, and who never came in leaves nothing."""
    book = Admission(BOUNDS)
    first, second, stranger = Caller(work), Caller(work), Caller(work)
    book.enter(first, 0.0)
    book.enter(second, 0.0)

    for caller in (first, first, stranger):
        book.leave(caller)

    assert codes([book.enter(Caller(work), 0.0), book.enter(Caller(work), 0.0)]) == ["", "too_many_connections"]
    assert book.counters.connections == 2


@pytest.mark.parametrize(
    ("silent_since", "word"), [(89.0, ""), (91.0, "too_many_connections"), (None, "too_many_connections")]
)
async def test_only_the_silent_make_place(work: asyncio.Task[None], silent_since: float | None, word: str) -> None:
    """At 100 with a grace of 10: who was silent since 89 goes, who works never does."""
    book = Admission(BOUNDS)
    silent, busy = Caller(work, idle_since=silent_since), Caller(work)
    book.enter(silent, 0.0)
    book.enter(busy, 0.0)

    said = book.enter(Caller(work), 100.0)

    assert codes([said]) == [word]
    assert (len(silent.heard), len(busy.heard)) == (0 if word else 1, 0)


async def test_longest_silent_client_goes_first(work: asyncio.Task[None]) -> None:
    """Of any address, where all connections are in use."""
    book = Admission(BOUNDS)
    callers = [Caller(work, address, since) for address, since in (("a", 30.0), ("b", 20.0), ("c", 40.0))]
    for caller in callers:
        book.enter(caller, 0.0)

    book.enter(Caller(work, "d"), 100.0)

    assert [codes(list(caller.heard)) for caller in callers] == [[], ["busy"], []]


async def test_nobody_comes_in_while_draining(work: asyncio.Task[None]) -> None:
    """421 4.3.2."""
    book = Admission(BOUNDS)
    book.is_draining = True

    assert codes([book.enter(Caller(work), 0.0)]) == ["shutting_down"]


def test_refusals_are_counted_by_the_words_of_the_catalogue() -> None:
    """What a next hop says is one kind, whatever it says."""
    book = Admission(BOUNDS)
    for reply in (BUSY.reply(), BUSY.reply("id=1"), Reply(550, "1.1", ("no such user: x",)), Reply(451, "", ("",))):
        book.note(reply)

    assert book.counters.refusals == {"busy": 2, "next_hop": 2}


def test_bytes_in_flight_have_a_bound() -> None:
    """What does not fit is put off; what is given back can be held again."""
    book = Admission(BOUNDS)

    book.hold(100)
    with pytest.raises(Deferred, match="in flight"):
        book.hold(1)
    book.give_back(40)
    book.ensure_room(40)

    assert book.counters.bytes_in_flight == 60


def test_first_recipient_makes_the_group_and_equals_join_it() -> None:
    """Same policy and route, another tenant: both names are known."""
    group = join(None, tenant_of("bob@acme.example", policies()))

    both = join(group, tenant_of("ann@beta.example", policies()))

    assert (group.tenants, both.tenants) == (("acme",), ("acme", "beta"))
    assert join(both, tenant_of("eve@acme.example", policies())) is both


@pytest.mark.parametrize("address", ["bob@other.example", "bob@away.example", "vip@acme.example"])
def test_recipient_of_another_policy_or_route_waits(address: str) -> None:
    """452 4.5.3."""
    group = join(None, tenant_of("bob@acme.example", policies()))

    with pytest.raises(Deferred) as deferred:
        join(group, tenant_of(address, policies()))

    assert (deferred.value.reply.code, deferred.value.reply.enhanced) == (452, "4.5.3")


@pytest.mark.parametrize("address", ["x@elsewhere.example", "x@wild.example", "x@acme.example.evil.example", "x"])
def test_address_of_no_tenant_is_refused(address: str) -> None:
    """550 5.7.1, whoever asks."""
    with pytest.raises(Refused) as refused:
        tenant_of(address, policies())

    assert (refused.value.reply.code, refused.value.reply.enhanced) == (550, "5.7.1")
