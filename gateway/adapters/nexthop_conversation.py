"""One mail transaction with a next hop, held while the client talks to us and the message is judged.

Until the data starts, nothing was handed over, so a hop that went away is replaced: at MAIL by a fresh connection
and then by the next hop, later once, with the same MAIL and recipients. After that a lost connection is
`Deferred`, and after the final dot `UnknownOutcome`.
"""

import time
from collections.abc import Iterable, Sequence

from gateway.adapters.nexthop_connection import CLOSING, Connection
from gateway.adapters.nexthop_counters import Gone
from gateway.adapters.nexthop_opening import Opener
from gateway.adapters.nexthop_pool import Pool
from gateway.model.envelope import Envelope, Recipient, Sender
from gateway.model.errors import Deferred
from gateway.model.limits import Deadline
from gateway.model.reply import NEXT_HOP_DOWN, SMTPUTF8_NEEDED, SYNTAX, Reply
from gateway.model.tenant import Hop, Scheme
from gateway.ports.delivery import HopFeatures, Stretch
from gateway.wire.smtp_commands import BadPath, needs_smtputf8

RESET_SECONDS = 5.0
"""For RSET after a transaction; nobody is served by waiting longer."""


class SmtpConversation:
    """Implements `ports.delivery.Conversation` over SMTP and LMTP."""

    def __init__(self, opener: Opener, pool: Pool, hops: Sequence[Hop], connection: Connection) -> None:
        self._opener = opener
        self._pool = pool
        self._hops = tuple(hops)
        """The hop in use, and those that may replace it."""
        self._connection = connection
        self._features = _features(connection)
        self._mail: tuple[Sender, Envelope, int | None] | None = None
        self._accepted: list[Recipient] = []
        self._was_replaced = False

    @property
    def features(self) -> HopFeatures:
        """What this hop can do."""
        return self._features

    async def mail(
        self,
        sender: Sender,
        envelope: Envelope,
        size: int | None,
        deadline: Deadline,
        first: Recipient | None = None,
    ) -> Reply:
        """Send MAIL with the parameters that the hop knows; 421 and a closed connection lead on to another."""
        if first and not first.address.isascii() and not needs_smtputf8(sender, envelope):
            first = None  # `rcpt` will refuse it
        self._mail, self._accepted, self._was_replaced = (sender, envelope, size), [], False
        while True:
            if needs_smtputf8(sender, envelope) and not self._features.smtputf8:
                return SMTPUTF8_NEEDED.reply()
            is_fresh = not self._connection.transactions
            try:
                reply = await self._connection.mail(sender, envelope, size, deadline, first)
                if reply.code != CLOSING:
                    return reply
                trouble = f"{self._features.name}: mail: {reply}"
            except BadPath:
                return SYNTAX.reply()
            except Gone as gone:
                trouble = gone.reason
            self._connection.abort()
            if is_fresh:
                self._hops = tuple(hop for hop in self._hops if hop != self._connection.hop)
            if not self._hops:
                raise Deferred(NEXT_HOP_DOWN.reply(), trouble)
            await self._connect(deadline)

    async def rcpt(self, recipient: Recipient, deadline: Deadline) -> Reply:
        """Send RCPT."""
        assert self._mail  # noqa: S101 - the door's order
        if not recipient.address.isascii() and not needs_smtputf8(*self._mail[:2]):
            return SMTPUTF8_NEEDED.reply()
        try:
            reply = await self._connection.rcpt(recipient, deadline)
        except BadPath:
            return SYNTAX.reply()
        except Gone:
            await self._repeat(deadline)
            reply = await self._connection.rcpt(recipient, deadline)
        if reply.is_positive:
            self._accepted.append(recipient)
        return reply

    async def message(self, chunks: Iterable[bytes | Stretch], deadline: Deadline) -> Reply:
        """Send DATA, the message and the final dot; return the last reply."""
        try:
            reply = await self._connection.data(deadline)
        except Gone:
            await self._repeat(deadline)
            reply = await self._connection.data(deadline)
        if not reply.is_intermediate:
            return reply
        return await self._connection.message(chunks, deadline)

    async def release(self) -> None:
        """Keep the connection where it is in step, else cut it off. Never raises."""
        connection = self._connection
        if not connection.is_usable:
            connection.abort()
            return
        try:
            if connection.client.has_transaction:
                await connection.reset(Deadline(time.monotonic() + RESET_SECONDS))
        except Deferred:  # it is cut off already
            return
        except BaseException:
            connection.abort()
            raise
        if connection.client.has_transaction:
            connection.close()
        else:
            self._pool.put(connection)

    async def _connect(self, deadline: Deadline) -> None:
        self._connection = await self._opener.open(self._hops, deadline, fresh=True)
        self._features = _features(self._connection)

    async def _repeat(self, deadline: Deadline) -> None:
        """Bring a fresh connection to where the lost one was."""
        if self._was_replaced:
            raise self._given_up("closed again")
        assert self._mail  # noqa: S101 - the door's order
        self._was_replaced = True
        promised = self._features
        await self._connect(deadline)
        if not _keeps(promised, self._features):
            raise self._given_up(f"offers less than {promised.name} did")
        for reply in await self._connection.again(self._mail, self._accepted, deadline):
            if not reply.is_positive:
                raise self._given_up(f"after reconnecting: {reply}")

    def _given_up(self, why: str) -> Deferred:
        """Cut the connection off: whatever the client goes on to say must not reach a part of its recipients."""
        self._connection.abort()
        return Deferred(NEXT_HOP_DOWN.reply(), f"{self._features.name}: {why}")


def _features(connection: Connection) -> HopFeatures:
    offered = connection.client.extensions
    return HopFeatures(
        name=str(connection.hop),
        size=offered.size_limit,
        body8bit=offered.body8bit,
        smtputf8=offered.smtputf8,
        dsn=offered.dsn,
        one_recipient=connection.hop.scheme is Scheme.LMTP,
    )


def _keeps(promised: HopFeatures, offered: HopFeatures) -> bool:
    """Tell whether what was told to the client is still true."""
    return (
        offered.body8bit >= promised.body8bit
        and offered.smtputf8 >= promised.smtputf8
        and offered.dsn >= promised.dsn
        and offered.one_recipient <= promised.one_recipient
    )
