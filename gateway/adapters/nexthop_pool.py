"""Connections kept for the next transaction, for each hop.

Bounded in number, idle time and transactions: many hops close early or count what one connection sends. What
a hop closed or spoke into meanwhile is never handed out.
"""

import asyncio

from gateway.adapters.nexthop_connection import Connection
from gateway.model.tenant import Hop

IDLE_SECONDS = 20.0
TRANSACTIONS = 50
IDLE_PER_HOP = 20
"""A worker rarely relays more messages at once; further connections are simply closed after use."""
CLOSING_SECONDS = 1.0


class Pool:
    """Idle connections, the last used first."""

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._idle: dict[Hop, list[tuple[Connection, asyncio.TimerHandle]]] = {}

    def take(self, hop: Hop) -> Connection | None:
        """Return a usable connection that is now the caller's, or None."""
        idle = self._idle.get(hop, [])
        while idle:
            connection, timer = idle.pop()
            timer.cancel()
            if connection.is_usable:
                return connection
            connection.abort()
        return None

    def put(self, connection: Connection) -> None:
        """Keep a connection without transaction, or close it where it is spent or too many are kept."""
        idle = self._idle.setdefault(connection.hop, [])
        if not connection.is_usable or connection.transactions >= TRANSACTIONS or len(idle) >= IDLE_PER_HOP:
            connection.close()
            return
        timer = asyncio.get_running_loop().call_later(self._idle_seconds, self._expire, connection)
        idle.append((connection, timer))

    async def close(self) -> None:
        """Close all that are kept."""
        connections = [connection for idle in self._idle.values() for connection, _ in idle]
        for connection in connections:
            self._expire(connection)
        if connections:
            await asyncio.wait([connection.stream.closed for connection in connections], timeout=CLOSING_SECONDS)

    def _expire(self, connection: Connection) -> None:
        idle = self._idle[connection.hop]
        for index, (kept, timer) in enumerate(idle):
            if kept is connection:
                timer.cancel()
                del idle[index]
                connection.close()
                return
