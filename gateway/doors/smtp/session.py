"""One mail transaction after the other on one connection (RFC 5321 section 3.3).

MAIL is checked here, because only a recipient tells where the mail goes. The first RCPT finds tenant, Group
and route, and asks the next hop both MAIL and RCPT; every further one joins the Group or waits for another
transaction. The conversation with the hop is held until the transaction ends, however it ends. What was
accepted from the client and lost at the hop is answered 451 at DATA, never forgotten.
"""

import asyncio
import time

import structlog

from gateway.doors.admission import join
from gateway.doors.ids import new_id, with_id
from gateway.doors.reception import Reception
from gateway.doors.smtp.answers import SENDER_OK, passed_on
from gateway.doors.smtp.outlet import HeldOutlet
from gateway.doors.smtp.parameters import Mail
from gateway.doors.smtp.transaction import Shared, Transaction, release
from gateway.model.envelope import Peer, Recipient
from gateway.model.errors import Deferred, GatewayError, Refused
from gateway.model.facts import Facts
from gateway.model.limits import Deadline
from gateway.model.record import MessageRecord
from gateway.model.reply import (
    BAD_SEQUENCE,
    DEADLINE,
    NEXT_HOP_DOWN,
    TOO_BIG_RECIPIENT,
    TOO_BIG_SYSTEM,
    TOO_MANY_RECIPIENTS,
    UNKNOWN_PARAMETER,
    Reply,
)
from gateway.model.tenant import Group
from gateway.pipeline.job import Job
from gateway.pipeline.process import process
from gateway.ports.wait import Wait
from gateway.wire.chunks import ChunkDecoder
from gateway.wire.dots import DataDecoder

log = structlog.get_logger()


class Session:
    """The transactions of one connection. Raises `GatewayError`, which the server translates."""

    def __init__(self, shared: Shared) -> None:
        self.transaction: Transaction | None = None
        self._services = shared.services
        self._policies = shared.policies
        self._settings = shared.settings
        self._admission = shared.admission

    def mail(self, mail: Mail, peer: Peer) -> Reply:
        """Begin a transaction."""
        if mail.size is not None and mail.size > self._settings.size:
            raise Refused(TOO_BIG_SYSTEM.reply(), f"SIZE={mail.size}")
        self._admission.ensure_room(mail.size or 0)
        self.transaction = Transaction(new_id(), peer, mail, self._policies())
        return SENDER_OK

    async def rcpt(self, recipient: Recipient) -> Reply:
        """Ask the next hop for one more recipient."""
        now = self._current()
        if now.lost:
            raise now.lost.with_traceback(None)
        if now.reception:
            raise Refused(BAD_SEQUENCE.reply("the message has begun"), "RCPT after BDAT")
        group = join(now.group if now.recipients else None, recipient.address, now.policies)
        if len(now.recipients) >= self._settings.recipients:
            raise Deferred(TOO_MANY_RECIPIENTS.reply(), "too many recipients")
        if (now.mail.size or 0) > group.policy.limits.size:
            raise Refused(TOO_BIG_RECIPIENT.reply(), f"SIZE={now.mail.size}")
        if now.recipients and now.conversation and now.conversation.features.one_recipient:
            raise Deferred(TOO_MANY_RECIPIENTS.reply(), "the next hop takes one recipient at a time")
        if group.route in now.down:
            raise now.down[group.route].with_traceback(None)
        try:
            reply = await self._ask_in_time(now, group, recipient)
        except Deferred as error:
            await release(now)
            if now.recipients:
                now.lost = error
            else:
                now.down[group.route] = error
            raise
        return passed_on(reply, now.id)

    async def _ask_in_time(self, now: Transaction, group: Group, recipient: Recipient) -> Reply:
        """Ask, and answer for a hop whose conversation ignores its deadline."""
        try:
            async with asyncio.timeout(self._settings.ask_seconds + self._settings.last_word_seconds):
                return await self._ask(now, group, recipient)
        except TimeoutError as error:
            raise Deferred(NEXT_HOP_DOWN.reply(), f"{group.route}: ignored the deadline at RCPT") from error

    async def _ask(self, now: Transaction, group: Group, recipient: Recipient) -> Reply:
        """Ask for a recipient, before that for the sender where this is the first; return the hop's reply."""
        deadline = Deadline(time.monotonic() + self._settings.ask_seconds)
        if now.group and now.group.route != group.route:
            await release(now)
        asks_dsn = bool(recipient.options) or now.mail.asks_dsn
        if now.conversation is None:
            now.conversation = await self._services.next_hop.open(group.route, deadline)
            first = None if asks_dsn else recipient
            reply = await now.conversation.mail(now.mail.sender, now.envelope, now.mail.size, deadline, first)
            if not reply.is_positive:
                await release(now)
                return reply
        now.group = group
        if asks_dsn and not now.conversation.features.dsn:
            raise Refused(UNKNOWN_PARAMETER.reply(), f"{now.conversation.features.name} has no DSN")
        reply = await now.conversation.rcpt(recipient, deadline)
        if reply.code == 421:
            raise Deferred(passed_on(reply, now.id), "the next hop closed the conversation")
        if reply.is_positive:
            now.recipients.append(recipient)
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
        if not now.recipients or now.group is None:
            raise Refused(BAD_SEQUENCE.reply("no valid recipients"), "data without recipients")
        self._admission.ensure_room(now.mail.size or 0)
        max_size = min(self._settings.size, now.group.policy.limits.size)
        decoding = decoder(max_size, normalises=self._settings.normalises)
        now.reception = Reception(self._services.spools(), decoding, self._admission)
        return now.reception

    async def finish(self) -> Reply:
        """Judge and relay the message after its end."""
        now = self._current()
        reception = now.reception
        assert reception is not None  # noqa: S101 - data() or chunk() made it
        assert now.group is not None  # noqa: S101
        assert now.conversation is not None  # noqa: S101
        self._admission.counters.transactions += 1
        if reception.decoder.bare_line_end and reception.decoder.normalises:
            log.info("line_ends_normalised", id=now.id, client=now.peer.ip)
        job = Job(
            id=now.id,
            received_at=time.time(),
            envelope=now.envelope,
            group=now.group,
            spool=reception.spool,
            eight_bit=reception.decoder.eight_bit,
            deadline=Deadline(time.monotonic() + self._settings.deadline_seconds),
        )
        try:
            reception.check(self._settings.size)
            reception.check_hops(self._settings.hops)
        except GatewayError as error:
            reply = with_id(error.reply, job.id)
            self._record(job, reception.decoder.size, reply, error.reason)
            return reply
        return with_id(await self._process(now, job, HeldOutlet(now.conversation, now.id)), now.id)

    async def _process(self, now: Transaction, job: Job, outlet: HeldOutlet) -> Reply:
        """Process the message; leave no task behind, and a record in any case.

        A client that is cut off before anything went to the next hop abandons the message. After that it is
        delivered to the end, whoever still listens.
        """
        work = asyncio.create_task(process(job, self._services, outlet))
        patience = self._settings.deadline_seconds + self._settings.last_word_seconds
        reply, reason = DEADLINE.reply(), "a step ignored the deadline"
        ends = Wait()
        work.add_done_callback(lambda _: ends.wake())
        try:
            return work.result() if await ends.within(patience) else reply
        except asyncio.CancelledError:
            reason = "cut off before the reply"
            if outlet.sending_to and not work.done():
                await ends.within(patience)
            raise
        finally:
            if work.cancel():
                self._record(job, job.spool.size, reply, reason, sending_to=outlet.sending_to)
                await ends.within(self._settings.last_word_seconds)
            ends.close()
            if not work.done() and now.reception:
                now.reception.close_after(work)
                now.reception = None

    def _record(self, job: Job, size: int, reply: Reply, reason: str, *, sending_to: str = "") -> None:
        """Record a message that `process` did not record; the hop `sending_to` may have it."""
        self._services.log.write(
            MessageRecord(
                facts=Facts(job.id, job.received_at, job.envelope, size, (), (), ()),
                tenants=job.group.tenants,
                verdict=None,
                reply=reply,
                next_hop=sending_to,
                next_hop_reply=None,
                unknown_outcome=bool(sending_to),
                timings=dict(job.watch.seconds),
                error=reason,
            )
        )

    async def reset(self) -> None:
        """End the transaction, if there is one, and let its conversation go."""
        ended, self.transaction = self.transaction, None
        if ended:
            if ended.reception:
                ended.reception.close()
            await release(ended)

    def _current(self) -> Transaction:
        if self.transaction is None:
            raise Refused(BAD_SEQUENCE.reply("send MAIL first"), "no transaction")
        return self.transaction
