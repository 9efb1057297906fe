"""One mail transaction after the other on one connection (RFC 5321 section 3.3).

MAIL is checked here, because only a recipient tells where the mail goes. The first RCPT finds tenant, Group
and route, and asks the next hop both MAIL and RCPT; every further one joins the Group or waits for another
transaction. The conversation with the hop is held until the transaction ends, however it ends. What was
accepted from the client and lost at the hop is answered 451 at DATA, never forgotten.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.doors.admission import Admission, join
from gateway.doors.ids import new_id
from gateway.doors.smtp.answers import SENDER_OK, passed_on, with_id
from gateway.doors.smtp.outlet import HeldOutlet
from gateway.doors.smtp.parameters import Mail
from gateway.doors.smtp.reception import Reception
from gateway.doors.smtp.settings import DoorSettings
from gateway.model.envelope import Envelope, Peer, Recipient
from gateway.model.errors import Deferred, GatewayError, Refused
from gateway.model.facts import Facts
from gateway.model.limits import Deadline
from gateway.model.policyset import PolicySet
from gateway.model.record import MessageRecord
from gateway.model.reply import (
    BAD_SEQUENCE,
    DEADLINE,
    TOO_BIG_RECIPIENT,
    TOO_BIG_SYSTEM,
    TOO_MANY_RECIPIENTS,
    Reply,
)
from gateway.model.tenant import Group, Route
from gateway.pipeline.job import Job
from gateway.pipeline.process import process
from gateway.pipeline.services import Services
from gateway.ports.delivery import Conversation


@dataclass(frozen=True, slots=True)
class Shared:
    """What all connections of a door have in common."""

    services: Services
    policies: Callable[[], PolicySet]
    settings: DoorSettings
    admission: Admission


@dataclass(slots=True)
class Transaction:
    """From MAIL to the reply after DATA, or to whatever ends it before."""

    id: str
    peer: Peer
    mail: Mail
    policies: PolicySet
    """The set with which it began."""
    recipients: list[Recipient] = field(default_factory=list)
    group: Group | None = None
    """Of the conversation; fixed once there is a recipient."""
    conversation: Conversation | None = None
    down: dict[Route, Deferred] = field(default_factory=dict)
    """Routes that failed before they took a recipient; not tried again for every further one."""
    lost: Deferred | None = None
    """The conversation broke after it took recipients."""

    @property
    def envelope(self) -> Envelope:
        """The envelope as far as it is known."""
        mail = self.mail
        return Envelope(self.peer, mail.sender, tuple(self.recipients), mail.smtputf8, mail.body)


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
            reply = await self._ask(now, group, recipient)
        except Deferred as error:
            await _release(now)
            if now.recipients:
                now.lost = error
            else:
                now.down[group.route] = error
            raise
        return passed_on(reply, now.id)

    async def _ask(self, now: Transaction, group: Group, recipient: Recipient) -> Reply:
        """Ask for a recipient, before that for the sender where this is the first; return the hop's reply."""
        deadline = Deadline(time.monotonic() + self._settings.ask_seconds)
        if now.group and now.group.route != group.route:
            await _release(now)
        if now.conversation is None:
            now.conversation = await self._services.next_hop.open(group.route, deadline)
            reply = await now.conversation.mail(now.mail.sender, now.envelope, now.mail.size, deadline)
            if not reply.is_positive:
                await _release(now)
                return reply
        now.group = group
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
        if not now.recipients or now.group is None:
            raise Refused(BAD_SEQUENCE.reply("no valid recipients"), "DATA without recipients")
        self._admission.ensure_room(now.mail.size or 0)
        max_size = min(self._settings.size, now.group.policy.limits.size)
        return Reception(self._services.spools(), max_size, self._admission)

    async def finish(self, reception: Reception) -> Reply:
        """Judge and relay the message after its end."""
        now = self._current()
        assert now.group is not None  # noqa: S101 - data() asked
        assert now.conversation is not None  # noqa: S101
        self._admission.counters.transactions += 1
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
            reception.check(self._settings.size, self._settings.hops)
        except GatewayError as error:
            reply = with_id(error.reply, job.id)
            self._record(job, reception.decoder.size, reply, error.reason)
            return reply
        return with_id(await self._process(job, HeldOutlet(now.conversation, now.id)), now.id)

    async def _process(self, job: Job, outlet: HeldOutlet) -> Reply:
        """Process the message; leave no task behind, and a record in any case.

        A client that is cut off before anything went to the next hop abandons the message. After that it is
        delivered to the end, whoever still listens.
        """
        work = asyncio.create_task(process(job, self._services, outlet))
        patience = self._settings.deadline_seconds + self._settings.last_word_seconds
        reply, reason = DEADLINE.reply(), "a step ignored the deadline"
        try:
            done, _ = await asyncio.wait({work}, timeout=patience)
            return work.result() if done else reply
        except asyncio.CancelledError:
            reason = "cut off before the reply"
            if outlet.is_sending:
                await asyncio.wait({work}, timeout=patience)
            raise
        finally:
            if work.cancel():
                self._record(job, job.spool.size, reply, reason, unknown_outcome=outlet.is_sending)
                await asyncio.wait({work})

    def _record(self, job: Job, size: int, reply: Reply, reason: str, *, unknown_outcome: bool = False) -> None:
        """Record a message that `process` did not record."""
        self._services.log.write(
            MessageRecord(
                facts=Facts(job.id, job.received_at, job.envelope, size, (), (), ()),
                tenants=job.group.tenants,
                verdict=None,
                reply=reply,
                next_hop="",
                next_hop_reply=None,
                unknown_outcome=unknown_outcome,
                timings=dict(job.watch.seconds),
                error=reason,
            )
        )

    async def reset(self) -> None:
        """End the transaction, if there is one, and let its conversation go."""
        ended, self.transaction = self.transaction, None
        if ended:
            await _release(ended)

    def _current(self) -> Transaction:
        if self.transaction is None:
            raise Refused(BAD_SEQUENCE.reply("send MAIL first"), "no transaction")
        return self.transaction


async def _release(transaction: Transaction) -> None:
    conversation, transaction.conversation = transaction.conversation, None
    if conversation:
        await conversation.release()
