"""Who may come in, how much may be under way at once, and which recipients share a transaction.

Bookkeeping of one worker for all its doors: it decides and counts, and never waits. Load shows first as
421 at connect and 452 at MAIL, never as a late timeout.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Protocol

from gateway.model.errors import Deferred, Refused
from gateway.model.policyset import PolicySet
from gateway.model.reply import (
    BUSY,
    CATALOGUE,
    OTHER_POLICY,
    OVERLOAD,
    RELAY_DENIED,
    SHUTTING_DOWN,
    TOO_MANY_CONNECTIONS,
    Reply,
)
from gateway.model.tenant import Group, Tenant

_WORDS = frozenset(cause.word for cause in CATALOGUE)
_NEXT_HOP = "next_hop"


class Guest(Protocol):
    """A connection as admission sees it."""

    @property
    def address(self) -> str:
        """The client's IP address."""

    @property
    def idle_since(self) -> float | None:
        """Since when (monotonic) it waits for a command; None while it works or takes data."""

    @property
    def has_transaction(self) -> bool:
        """Tell whether a mail transaction is open."""

    @property
    def work(self) -> asyncio.Future[None]:
        """Done when nothing serves it any more, some time after `hang_up`."""

    def hang_up(self, reply: Reply) -> None:
        """Say `reply` and close."""


@dataclass(slots=True)
class Counters:
    """For metrics."""

    connections: int = 0
    """Now."""
    connections_total: int = 0
    refused: int = 0
    """Connections that got 421 instead of a greeting."""
    refusals: Counter[str] = field(default_factory=Counter)
    """Negative replies that were said, by the catalogue's words; those of next hops are one."""
    evicted: int = 0
    """Idle connections that were closed to make room."""
    transactions: int = 0
    """Messages received to the end of data."""
    bytes_in_flight: int = 0
    """Of messages that are spooled now."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What this worker takes at once."""

    connections: int
    per_client: int
    in_flight: int
    """Bytes of messages."""
    idle_grace: float
    """Seconds of silence after which a connection must yield to a new one where there is no room."""


class Admission:
    """The book of one worker."""

    def __init__(self, bounds: Bounds, beside: "Admission | None" = None) -> None:
        """Begin empty; a door `beside` shares its budget of bytes with this one."""
        self.counters = Counters()
        self._bytes = beside.counters if beside else self.counters
        self.is_draining = False
        self.guests: set[Guest] = set()
        self.works: set[asyncio.Future[None]] = set()
        """What still runs, also for guests that are gone: a message may be on its way to the next hop."""
        self._bounds = bounds
        self._per_client: Counter[str] = Counter()

    def enter(self, guest: Guest, now: float) -> Reply | None:
        """Enter a connection into the book, or return the reply that turns it away."""
        reply = SHUTTING_DOWN.reply() if self.is_draining else None
        if reply is None and self._per_client[guest.address] >= self._bounds.per_client:
            reply = None if self._evict(now, guest.address) else TOO_MANY_CONNECTIONS.reply()
        if reply is None and len(self.guests) >= self._bounds.connections:
            reply = None if self._evict(now) else BUSY.reply()
        if reply is not None:
            self.counters.refused += 1
            return reply
        self.guests.add(guest)
        self.works.add(guest.work)
        guest.work.add_done_callback(self.works.discard)
        self._count(guest.address, 1)
        self.counters.connections += 1
        self.counters.connections_total += 1
        return None

    def leave(self, guest: Guest) -> None:
        """Strike a connection out; may be called twice."""
        if guest not in self.guests:
            return
        self.guests.remove(guest)
        self.counters.connections -= 1
        self._count(guest.address, -1)

    def move(self, guest: Guest, before: str, now: float) -> Reply | None:
        """Book a connection under its new address; return the reply that turns it away, if that has too many."""
        if guest not in self.guests or guest.address == before:
            return None
        self._count(before, -1)
        is_full = self._per_client[guest.address] >= self._bounds.per_client
        turned_away = TOO_MANY_CONNECTIONS.reply() if is_full and not self._evict(now, guest.address) else None
        self._count(guest.address, 1)
        self.counters.refused += turned_away is not None
        return turned_away

    def _count(self, address: str, step: int) -> None:
        self._per_client[address] += step
        if not self._per_client[address]:
            del self._per_client[address]

    def _evict(self, now: float, address: str | None = None) -> bool:
        """Close the connection (of `address`) that has been idle longest; tell whether there was one to close."""
        idle = [
            (guest.idle_since, guest)
            for guest in self.guests
            if guest.idle_since is not None and address in (None, guest.address)
        ]
        since, oldest = min(idle, key=lambda one: one[0], default=(now, None))
        if oldest is None or now - since < self._bounds.idle_grace:
            return False
        self.counters.evicted += 1
        self.leave(oldest)
        oldest.hang_up(BUSY.reply())
        return True

    def note(self, refusal: Reply) -> None:
        """Count a negative reply that is being said."""
        word = refusal.lines[0].partition(":")[0]
        self.counters.refusals[word if word in _WORDS else _NEXT_HOP] += 1

    def ensure_room(self, size: int) -> None:
        """Raise `Deferred` (452 4.3.1) where `size` more bytes are too many at the moment."""
        if self._bytes.bytes_in_flight + size > self._bounds.in_flight:
            raise Deferred(OVERLOAD.reply(), "too many bytes in flight")

    def hold(self, size: int) -> None:
        """Count bytes as spooled. Raises `Deferred` (452 4.3.1) where they are too many."""
        self.ensure_room(size)
        self._bytes.bytes_in_flight += size

    def give_back(self, size: int) -> None:
        """Count bytes as gone."""
        self._bytes.bytes_in_flight -= size


def tenant_of(address: str, policies: PolicySet) -> Tenant:
    """Return whose recipient this is. Raises `Refused` for an address that no tenant has."""
    tenant = policies.tenant_of(address)
    if tenant is None:
        raise Refused(RELAY_DENIED.reply(), "no tenant has this address")
    return tenant


def join(group: Group | None, tenant: Tenant) -> Group:
    """Return the Group of a transaction with one more recipient; `group` is None before the first.

    Raises `Deferred` for a tenant whose recipients need another transaction.
    """
    if group is None:
        return Group((tenant.name,), tenant.policy, tenant.route)
    if not group.may_join(tenant):
        raise Deferred(OTHER_POLICY.reply(), f"tenant {tenant.name} has another policy or route")
    return group if tenant.name in group.tenants else replace(group, tenants=(*group.tenants, tenant.name))
