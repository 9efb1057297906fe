"""The path of one message, top to bottom.

Receive (the door did it), examine, scan, verify, decide, edit, seal, relay, reply, record. Nothing here says 2xx: a
positive reply is the next hop's own, to this very message. Whatever goes wrong is 4xx, and the client
keeps the message. The door translates what is raised here, at one place.
"""

from dataclasses import replace
from time import monotonic

import structlog

from gateway.edit.planner import Extras
from gateway.mime.message_id import message_id
from gateway.model.errors import GatewayError, UnknownOutcome
from gateway.model.facts import Facts
from gateway.model.limits import KIB
from gateway.model.record import MessageRecord
from gateway.model.reply import UNFORESEEN, Reply
from gateway.model.span import Span
from gateway.model.verdict import Verdict
from gateway.pipeline.authentication import authenticated, forged, sealed
from gateway.pipeline.editing import Edited, edited
from gateway.pipeline.job import Job
from gateway.pipeline.keeping import keep
from gateway.pipeline.released import released
from gateway.pipeline.scan import scan_all
from gateway.pipeline.services import Services
from gateway.policy.decide import decide
from gateway.policy.explain import explain
from gateway.ports.delivery import Delivery, Outgoing, Outlet
from gateway.ports.spool import Spool

log = structlog.get_logger()

_HEAD = 64 * KIB
"""Where to look for the Message-ID."""


async def process(job: Job, on: Services, out: Outlet) -> Reply:
    """Judge the message and relay it, or say why not; return the reply for the client. Never raises."""
    seen = _Seen(Facts(job.id, job.received_at, job.envelope, job.spool.size, (), (), ()))
    try:
        await _judge(job, on, seen)
        reply = await _act(job, on, out, seen)
    except GatewayError as error:
        seen.error, seen.next_hop, seen.unknown = error.reason, error.next_hop, isinstance(error, UnknownOutcome)
        reply = error.reply
    except Exception as error:  # the law: anything unforeseen is 451, never a traceback and never a pass
        log.exception("unforeseen", id=job.id)
        seen.error, reply = repr(error), UNFORESEEN.reply(f"id={job.id}")
    on.log.write(seen.record(job, reply))
    return reply


class _Seen:
    """What is known so far, so that a failure half-way still leaves a full record."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.verdict: Verdict | None = None
        self.delivery: Delivery | None = None
        self.edited: Edited | None = None
        """What leaves; None where nothing does."""
        self.error = ""
        self.next_hop = ""
        self.unknown = False

    def record(self, job: Job, reply: Reply) -> MessageRecord:
        return MessageRecord(
            facts=self.facts,
            tenants=job.group.tenants,
            verdict=self.verdict,
            reply=reply,
            next_hop=self.delivery.next_hop if self.delivery else self.next_hop,
            next_hop_reply=self.delivery.next_hop_reply if self.delivery else None,
            unknown_outcome=self.unknown,
            timings=dict(job.watch.seconds),
            error=self.error,
            edits=tuple(one for one in self.edited.log if one.what) if self.edited else (),
            message_id=_name(job.spool) if self.unknown else "",
        )


def _name(raw: Spool) -> str:
    """Return what the sender's program called the message, as far as the spool still tells."""
    try:
        return message_id(b"".join(raw.chunks(Span(0, min(raw.size, _HEAD)))))
    except (GatewayError, OSError):
        return ""


async def _judge(job: Job, on: Services, seen: _Seen) -> None:
    limits = job.group.policy.limits
    inspection = await on.examiner.examine(job.spool, limits, job.deadline)
    try:
        job.watch.lap("examine")
        scans = await scan_all(inspection, job.spool, on.scanners, on.scan_raw_up_to, job.deadline)
        job.watch.lap("scan")
        said = await authenticated(job, on)
        if said is not None:
            job.watch.lap("authenticate")
        found, silent = inspection.examination, on.silence.heard(scans, monotonic())
        seen.facts = Facts(
            job.id, job.received_at, job.envelope, job.spool.size, found.artifacts, found.findings, scans, said, silent
        )
        seen.verdict = released(job, inspection, decide(seen.facts, job.group.policy), on.passes)
        if seen.verdict.keeps:
            job.watch.lap("decide")
            await keep(job, inspection, seen.facts, seen.verdict, on.quarantine)
            job.watch.lap("keep")
        job.watch.lap("decide")
        if not seen.verdict.stops:
            extras = Extras(forged=forged(found.message, job, on))
            seen.edited = edited(job, inspection, seen.facts, seen.verdict, on, extras)
            job.watch.lap("edit")
    finally:
        inspection.scratch.close()


async def _act(job: Job, on: Services, out: Outlet, seen: _Seen) -> Reply:
    verdict = seen.verdict
    assert verdict is not None  # noqa: S101 - set by _judge, which raises otherwise
    leaving = seen.edited
    if leaving is None:
        return explain(verdict, seen.facts, job.group.policy)
    try:
        plan, said = await sealed(job, on, seen.facts.authentication, leaving)
        if said is not None:
            seen.facts = replace(seen.facts, authentication=said)
            job.watch.lap("seal")
        outgoing = Outgoing(job.envelope, leaving.spool or job.spool, plan, job.eight_bit)
        seen.delivery = await out.deliver(outgoing, job.deadline)
    finally:
        job.watch.lap("relay")
        if leaving.spool:
            leaving.spool.close()
    return seen.delivery.reply
