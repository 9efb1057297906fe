"""Connections are kept within bounds, and a dead one is never handed out."""

import pytest

from gateway.adapters.nexthop_connection import Connection
from gateway.adapters.nexthop_counters import HopCounters
from gateway.adapters.nexthop_names import Names
from gateway.adapters.nexthop_opening import Opener
from gateway.adapters.nexthop_pool import IDLE_PER_HOP, TRANSACTIONS, Pool
from gateway.model.tenant import Hop, Scheme
from gateway.wire.smtp_client import Tls
from tests.unit.adapters.handing_over import soon
from tests.unit.adapters.standin_hop import StandIn

pytestmark = pytest.mark.enable_socket


async def fresh(pool: Pool, standin: StandIn) -> Connection:
    return await Opener("gw.example", Tls.NEVER, pool, HopCounters(), Names()).open([standin.hop], soon(), fresh=True)


async def test_the_last_used_connection_is_taken_first() -> None:
    """The others may run out of their idle time."""
    pool = Pool()
    async with StandIn() as standin:
        first, second = await fresh(pool, standin), await fresh(pool, standin)
        pool.put(first)
        pool.put(second)
        taken = [pool.take(standin.hop), pool.take(standin.hop), pool.take(standin.hop)]
        for connection in (first, second):
            pool.put(connection)
        await pool.close()

    assert [second, first, None] == taken


async def test_hops_do_not_share() -> None:
    """A connection to one hop is nothing for another."""
    pool = Pool()
    async with StandIn() as standin:
        pool.put(await fresh(pool, standin))
        other = Hop(Scheme.LMTP, standin.hop.host, standin.hop.port)

        assert pool.take(other) is None
        await pool.close()


async def test_a_connection_that_idled_for_too_long_is_closed_with_quit() -> None:
    """The hop is told, and nobody gets the connection any more."""
    pool = Pool(idle_seconds=0.01)
    async with StandIn() as standin:
        connection = await fresh(pool, standin)
        pool.put(connection)
        await connection.stream.closed
        await standin.sessions[0].closed.wait()

        assert pool.take(standin.hop) is None
    assert standin.commands[-1] == "QUIT"


async def test_what_the_hop_closed_meanwhile_is_not_handed_out() -> None:
    """The end of the connection is noticed without sending anything."""
    pool = Pool()
    async with StandIn() as standin:
        connection = await fresh(pool, standin)
        pool.put(connection)
    await connection.stream.closed

    assert pool.take(standin.hop) is None


async def test_what_is_unusable_is_not_kept() -> None:
    """A connection in the middle of something is closed instead."""
    pool = Pool()
    async with StandIn() as standin:
        connection = await fresh(pool, standin)
        connection.client.rset()
        pool.put(connection)
        await connection.stream.closed

        assert pool.take(standin.hop) is None


async def test_a_spent_connection_is_closed() -> None:
    """After so many transactions a new connection spreads the load anew."""
    pool = Pool()
    async with StandIn() as standin:
        connection = await fresh(pool, standin)
        connection.transactions = TRANSACTIONS
        pool.put(connection)
        await connection.stream.closed

        assert pool.take(standin.hop) is None


async def test_only_so_many_are_kept() -> None:
    """One more than the bound is closed at once."""
    pool = Pool()
    async with StandIn() as standin:
        connections = [await fresh(pool, standin) for _ in range(IDLE_PER_HOP + 1)]
        for connection in connections:
            pool.put(connection)
        await connections[-1].stream.closed
        await pool.close()

    assert all(connection.stream.closed.done() for connection in connections)
