"""What is done with a message after its end, within its deadline: the path of the message, and a record in any case."""

import asyncio
import time
from collections.abc import Sequence

import structlog

from gateway.doors.ids import with_id
from gateway.doors.smtp.outlet import HeldOutlet
from gateway.doors.smtp.settings import DoorSettings
from gateway.doors.smtp.transaction import Leg, Transaction
from gateway.model.errors import GatewayError
from gateway.model.facts import Facts
from gateway.model.limits import Deadline
from gateway.model.record import MessageRecord
from gateway.model.reply import DEADLINE, Reply
from gateway.pipeline.groups import process_each, process_together
from gateway.pipeline.job import Job
from gateway.pipeline.process import process
from gateway.pipeline.services import Services
from gateway.ports.wait import Wait

log = structlog.get_logger()

Way = tuple[Job, HeldOutlet]


async def finished(now: Transaction, services: Services, settings: DoorSettings) -> Sequence[Reply]:
    """Judge and relay the message; return the reply, or where each recipient has one of its own, theirs in order."""
    reception, legs = now.reception, now.taken
    assert reception is not None  # noqa: S101 - there was data
    decoder = reception.decoder
    if decoder.bare_line_end and decoder.normalises:
        log.info("line_ends_normalised", id=now.id, client=now.peer.ip)
    if len(legs) > 1:
        log.info("several_groups", id=now.id, ids=[leg.id for leg in legs])
    deadline = Deadline(time.monotonic() + settings.deadline_seconds)
    ways = [_way(now, leg, deadline) for leg in legs]
    try:
        reception.check(settings.size)
        reception.check_hops(settings.hops)
        replies = await _Work(now, ways, services, settings).done()
    except GatewayError as error:
        replies = [error.reply] * len(ways)
        for job, _ in ways:
            _record(services, job, decoder.size, with_id(error.reply, job.id), error.reason)
    said = {leg: with_id(reply, leg.id) for leg, reply in zip(legs, replies, strict=True)}
    return [said[leg] for leg in now.accepted] if now.answers_each else [said[legs[0]]]


def _way(now: Transaction, leg: Leg, deadline: Deadline) -> Way:
    assert now.reception is not None  # noqa: S101
    assert leg.conversation is not None  # noqa: S101 - it has recipients
    job = Job(
        id=leg.id,
        received_at=time.time(),
        envelope=now.envelope(leg),
        group=leg.group,
        spool=now.reception.spool,
        eight_bit=now.reception.decoder.eight_bit,
        deadline=deadline,
    )
    return job, HeldOutlet(leg.conversation, leg.id)


class _Work:
    """The path of one message; leaves no task behind.

    A client that is cut off before anything went to a next hop abandons the message. After that it is
    delivered to the end, whoever still listens.
    """

    def __init__(self, now: Transaction, ways: Sequence[Way], services: Services, settings: DoorSettings) -> None:
        self._now = now
        self._ways = ways
        self._services = services
        self._settings = settings

    async def done(self) -> Sequence[Reply]:
        """Return the reply for each way."""
        work = asyncio.create_task(self._path())
        settings = self._settings
        patience = settings.deadline_seconds + settings.last_word_seconds
        reply, reason = DEADLINE.reply(), "a step ignored the deadline"
        ends = Wait()
        work.add_done_callback(lambda _: ends.wake())
        try:
            return work.result() if await ends.within(patience) else [reply] * len(self._ways)
        except asyncio.CancelledError:
            reason = "cut off before the reply"
            if any(outlet.sending_to for _, outlet in self._ways) and not work.done():
                await ends.within(patience)
            raise
        finally:
            if work.cancel():
                for job, outlet in self._ways:
                    _record(self._services, job, job.spool.size, reply, reason, sending_to=outlet.sending_to)
                await ends.within(settings.last_word_seconds)
            ends.close()
            if not work.done() and self._now.reception:
                self._now.reception.close_after(work)
                self._now.reception = None

    async def _path(self) -> Sequence[Reply]:
        ways, services = self._ways, self._services
        if len(ways) == 1:
            job, outlet = ways[0]
            return [await process(job, services, outlet)]
        if self._now.answers_each:
            return await process_each(ways, services)
        return [await process_together(ways, services)] * len(ways)


def _record(services: Services, job: Job, size: int, reply: Reply, reason: str, *, sending_to: str = "") -> None:
    """Record a message that the path did not record; the hop `sending_to` may have it."""
    services.log.write(
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
