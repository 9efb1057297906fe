"""Finding a hop that answers: a kept connection, or a new one through connect, greeting, EHLO and STARTTLS.

Hops are tried in order. One that cannot be reached, or does not want to talk (421, 554, EHLO refused), is passed
over, and for some seconds comes after the others: an address that swallows packets costs its time once, not for
every message. It is still asked where nobody else answers, so a hop that is back serves at once. What a hop says once
it is greeted is an answer and is for the conversation to judge.
"""

import asyncio
import ssl
import time
from collections.abc import Sequence

from gateway.adapters.nexthop_connection import Connection
from gateway.adapters.nexthop_counters import HopCounters, TlsFailed
from gateway.adapters.nexthop_names import Names, NoAddress
from gateway.adapters.nexthop_pool import Pool
from gateway.model.errors import Deferred
from gateway.model.limits import Deadline
from gateway.model.reply import NEXT_HOP_DOWN
from gateway.model.tenant import Hop
from gateway.wire.smtp_client import SmtpClient, Tls

CONNECT_SECONDS = 10.0
SHUN_SECONDS = 15.0
"""How long a hop that failed comes after the others."""


class Opener:
    """Opens connections under one name and one TLS setting."""

    def __init__(self, hostname: str, tls: Tls, pool: Pool, counters: HopCounters, names: Names) -> None:
        self._hostname = hostname
        self._tls = tls
        self._context = _context(tls)
        self._pool = pool
        self._counters = counters
        self._names = names
        self._shunned: dict[Hop, float] = {}
        """Until when (monotonic); as many as the policy names hops, and only those that failed."""

    async def open(self, hops: Sequence[Hop], deadline: Deadline, *, fresh: bool = False) -> Connection:
        """Return a connection to the first hop that answers; a new one where `fresh`.

        Raises `Deferred` (451 4.4.1) when none does.
        """
        troubles = []
        for hop in self._in_order(hops):
            if not fresh and (kept := self._pool.take(hop)):
                self._counters.kept += 1
                return kept
            try:
                connection = await self._greet(hop, deadline)
            except Deferred as trouble:
                troubles.append(trouble.reason)
                self._shunned[hop] = time.monotonic() + SHUN_SECONDS
            else:
                self._shunned.pop(hop, None)
                return connection
        raise Deferred(NEXT_HOP_DOWN.reply(), "; ".join(troubles))

    def _in_order(self, hops: Sequence[Hop]) -> Sequence[Hop]:
        """Put hops that failed lately behind the others."""
        if not self._shunned or len(hops) < 2:
            return hops
        now = time.monotonic()
        return sorted(hops, key=lambda hop: self._shunned.get(hop, 0.0) > now)

    async def _greet(self, hop: Hop, deadline: Deadline) -> Connection:
        try:
            return await self._greet_once(hop, self._tls, deadline)
        except TlsFailed:
            if self._tls is Tls.VERIFY:
                raise
            return await self._greet_once(hop, Tls.NEVER, deadline)

    async def _greet_once(self, hop: Hop, tls: Tls, deadline: Deadline) -> Connection:
        connection = await self._connect(hop, tls, deadline)
        try:
            await connection.greet(self._context, deadline)
        except BaseException:
            connection.abort()
            raise
        return connection

    async def _connect(self, hop: Hop, tls: Tls, deadline: Deadline) -> Connection:
        connection = Connection(hop, SmtpClient(self._hostname, hop.scheme, tls), self._counters)
        try:
            async with asyncio.timeout(min(CONNECT_SECONDS, deadline.remaining(time.monotonic()))):
                await self._reach(connection)
        except NoAddress as error:
            raise self._counters.failed("name", hop, error) from error
        except OSError as error:
            raise self._counters.failed("connect", hop, repr(error)) from error
        return connection

    async def _reach(self, connection: Connection) -> None:
        """Connect to the first address of the hop that takes it."""
        hop, trouble = connection.hop, OSError("no address")
        for address in await self._names.addresses(hop.host):
            try:
                await asyncio.get_running_loop().create_connection(lambda: connection.stream, address, hop.port)
            except OSError as error:
                trouble = error
            else:
                return
        raise trouble


def _context(tls: Tls) -> ssl.SSLContext:
    if tls is Tls.VERIFY:
        return ssl.create_default_context()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
