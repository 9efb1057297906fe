"""One mail transaction after the other on one connection (RFC 5321 section 3.3).

MAIL is checked here, because only a recipient tells where the mail goes. The first RCPT finds tenant, Group
and route, and asks the next hop both MAIL and RCPT; every further one joins it, begins a leg of its own, or waits for
another transaction (`legs`). The conversation with a hop is held until the transaction ends, however it ends. What was
accepted from the client and lost at the hop is answered 451 at DATA, never forgotten.
"""

import asyncio
import time
from collections.abc import Sequence

from gateway.doors.ids import new_id
from gateway.doors.reception import Reception
from gateway.doors.smtp.answers import SENDER_OK, passed_on
from gateway.doors.smtp.finishing import finished
from gateway.doors.smtp.legs import place
from gateway.doors.smtp.parameters import Mail
from gateway.doors.smtp.transaction import Leg, Shared, Transaction
from gateway.model.envelope import Peer, Recipient
from gateway.model.errors import Deferred, GatewayError, Refused
from gateway.model.limits import Deadline
from gateway.model.reply import (
    BAD_SEQUENCE,
    NEXT_HOP_DOWN,
    TOO_BIG_RECIPIENT,
    TOO_BIG_SYSTEM,
    TOO_MANY_RECIPIENTS,
    UNKNOWN_PARAMETER,
    Reply,
)
from gateway.model.tenant import Group
from gateway.wire.chunks import ChunkDecoder
from gateway.wire.dots import DataDecoder


class Session:
    """The transactions of one connection. Raises `GatewayError`, which the server translates."""

    def __init__(self, shared: Shared) -> None:
        self.transaction: Transaction | None = None
        self._services = shared.services
        self._policies = shared.policies
        self._settings = shared.settings
        self._admission = shared.admission

    def mail(self, mail: Mail, peer: Peer, *, answers_each: bool = False) -> Reply:
        """Begin a transaction."""
        if mail.size is not None and mail.size > self._settings.size:
            raise Refused(TOO_BIG_SYSTEM.reply(), f"SIZE={mail.size}")
        self._admission.ensure_room(mail.size or 0)
        self.transaction = Transaction(new_id(), peer, mail, self._policies(), answers_each)
        return SENDER_OK

    async def rcpt(self, recipient: Recipient) -> Reply:
        """Ask the next hop for one more recipient."""
        now = self._current()
        if now.lost:
            raise now.lost.with_traceback(None)
        if now.reception:
            raise Refused(BAD_SEQUENCE.reply("the message has begun"), "RCPT after BDAT")
        leg, group = place(now, recipient.address, self._settings.legs)
        if len(now.accepted) >= self._settings.recipients:
            raise Deferred(TOO_MANY_RECIPIENTS.reply(), "too many recipients")
        if (now.mail.size or 0) > group.policy.limits.size:
            raise Refused(TOO_BIG_RECIPIENT.reply(), f"SIZE={now.mail.size}")
        if group.route in now.down:
            raise now.down[group.route].with_traceback(None)
        try:
            reply = await self._ask_in_time(now, leg, group, recipient)
        except Deferred as error:
            await leg.release()
            if leg.recipients:
                now.lost = error
            else:
                now.down[group.route] = error
            raise
        return passed_on(reply, leg.id)

    async def _ask_in_time(self, now: Transaction, leg: Leg, group: Group, recipient: Recipient) -> Reply:
        """Ask, and answer for a hop whose conversation ignores its deadline."""
        try:
            async with asyncio.timeout(self._settings.ask_seconds + self._settings.last_word_seconds):
                return await self._ask(now, leg, group, recipient)
        except TimeoutError as error:
            raise Deferred(NEXT_HOP_DOWN.reply(), f"{group.route}: ignored the deadline at RCPT") from error

    async def _ask(self, now: Transaction, leg: Leg, group: Group, recipient: Recipient) -> Reply:
        """Ask for a recipient, before that for the sender where this is the first; return the hop's reply."""
        deadline = Deadline(time.monotonic() + self._settings.ask_seconds)
        if leg.group.route != group.route:
            await leg.release()
        leg.group = group
        asks_dsn = bool(recipient.options) or now.mail.asks_dsn
        if leg.conversation is None:
            leg.conversation = await self._services.next_hop.open(group.route, deadline)
            first = None if asks_dsn else recipient
            mail = now.mail
            reply = await leg.conversation.mail(mail.sender, now.envelope(leg), mail.size, deadline, first)
            if not reply.is_positive:
                await leg.release()
                return reply
        if asks_dsn and not leg.conversation.features.dsn:
            raise Refused(UNKNOWN_PARAMETER.reply(), f"{leg.conversation.features.name} has no DSN")
        reply = await leg.conversation.rcpt(recipient, deadline)
        if reply.code == 421:
            raise Deferred(passed_on(reply, leg.id), "the next hop closed the conversation")
        if reply.is_positive:
            leg.recipients.append(recipient)
            now.accepted.append(leg)
        return reply

    def data(self) -> Reception:
        """Open a spool for the message; the transaction goes on if that is not possible."""
        now = self._current()
        if now.lost:
            raise now.lost.with_traceback(None)
        if now.reception:
            raise Refused(BAD_SEQUENCE.reply("the message began with BDAT"), "DATA after BDAT")
        return self._receive(now, DataDecoder)

    def chunk(self) -> Reception:
        """Return where the next chunk goes, opened with the first; what refuses one, refuses all that follow."""
        now = self._current()
        if now.lost:
            raise now.lost.with_traceback(None)
        try:
            return now.reception or self._receive(now, ChunkDecoder)
        except GatewayError as error:
            now.lost = error
            raise

    def chunk_done(self, reception: Reception) -> None:
        """Check what came so far. Raises `GatewayError`, now and for all that follow."""
        try:
            reception.check(self._settings.size)
        except GatewayError as error:
            self._current().lost = error
            raise

    def _receive(self, now: Transaction, decoder: type[DataDecoder] | type[ChunkDecoder]) -> Reception:
        if not now.accepted:
            raise Refused(BAD_SEQUENCE.reply("no valid recipients"), "data without recipients")
        self._admission.ensure_room(now.mail.size or 0)
        largest = max([leg.group.policy.limits.size for leg in now.taken])  # each Group's own limit is judged later
        decoding = decoder(min(self._settings.size, largest), normalises=self._settings.normalises)
        now.reception = Reception(self._services.spools(), decoding, self._admission)
        return now.reception

    async def finish(self) -> Sequence[Reply]:
        """Judge and relay the message after its end; return the reply, or that for each recipient where they differ."""
        now = self._current()
        self._admission.counters.transactions += 1
        return await finished(now, self._services, self._settings)

    async def reset(self) -> None:
        """End the transaction, if there is one, and let its conversation go."""
        ended, self.transaction = self.transaction, None
        if ended:
            if ended.reception:
                ended.reception.close()
            await ended.release()

    def _current(self) -> Transaction:
        if self.transaction is None:
            raise Refused(BAD_SEQUENCE.reply("send MAIL first"), "no transaction")
        return self.transaction
