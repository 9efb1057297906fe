"""The steps of one message for one Group, and what is known of it so far.

A failure half-way still leaves a full record. Who calls decides the order: `process` that of an ordinary message,
`groups` that of one reply for several Groups.
"""

from collections.abc import Sequence
from dataclasses import replace
from time import monotonic

import structlog

from gateway.edit.planner import Extras
from gateway.mime.message_id import message_id
from gateway.model.errors import GatewayError, UnknownOutcome
from gateway.model.facts import Facts
from gateway.model.limits import KIB, Deadline
from gateway.model.notice import Link
from gateway.model.plan import Edit
from gateway.model.policy import Action
from gateway.model.record import MessageRecord
from gateway.model.reply import UNFORESEEN, Reply
from gateway.model.span import Span
from gateway.model.verdict import Verdict
from gateway.pipeline.authentication import authenticated, forged, sealed
from gateway.pipeline.editing import Edited, edited
from gateway.pipeline.hosting import hosted, to_host
from gateway.pipeline.job import Job
from gateway.pipeline.keeping import hold, keep
from gateway.pipeline.linking import NOTHING, found_links, marked, relinked
from gateway.pipeline.released import released
from gateway.pipeline.scan import scan_all
from gateway.pipeline.services import Services
from gateway.policy.decide import decide
from gateway.policy.explain import explain
from gateway.ports.delivery import Delivery, Outgoing, Outlet
from gateway.ports.inspection import Inspection
from gateway.ports.spool import Spool

log = structlog.get_logger()

_HEAD = 64 * KIB
"""Where to look for the Message-ID."""


class Passage:
    """One message on its way to one Group."""

    def __init__(self, job: Job, on: Services, out: Outlet) -> None:
        self.job = job
        self.facts = Facts(job.id, job.received_at, job.envelope, job.spool.size, (), (), ())
        self.delivery: Delivery | None = None
        self.edited: Edited | None = None
        """What leaves; None where nothing does."""
        self.error = ""
        self.next_hop = ""
        self.unknown = False
        self._on = on
        self._out = out
        self._inspection: Inspection | None = None
        self._verdict: Verdict | None = None
        self._is_kept = False
        self._linked = NOTHING
        self._relinked: Sequence[Edit] = ()
        self._links: Sequence[Link] = ()
        self._is_hosting = False
        self._has_left = False
        """The next hop has the message, as far as anybody knows."""

    @property
    def verdict(self) -> Verdict:
        """What the policy makes of it, once it is judged."""
        assert self._verdict is not None  # noqa: S101 - the order of steps
        return self._verdict

    @property
    def inspection(self) -> Inspection:
        """What was found in it, once it is judged."""
        assert self._inspection is not None  # noqa: S101 - the order of steps
        return self._inspection

    async def judge(self) -> None:
        """Examine, scan, verify and decide. Changes nothing anywhere."""
        job, on = self.job, self._on
        self._inspection = inspection = await on.examiner.examine(job.spool, job.group.policy.limits, job.deadline)
        job.watch.lap("examine")
        scans = await scan_all(inspection, job.spool, on.scanners, on.scan_raw_up_to, job.deadline)
        job.watch.lap("scan")
        said = await authenticated(job, on)
        if said is not None:
            job.watch.lap("authenticate")
        found, silent = inspection.examination, on.silence.heard(scans, monotonic())
        self.facts = Facts(
            job.id, job.received_at, job.envelope, job.spool.size, found.artifacts, found.findings, scans, said, silent
        )
        self._verdict = released(job, inspection, decide(self.facts, job.group.policy), on.passes)
        job.watch.lap("decide")
        self._linked = await found_links(job, on, self._verdict)
        self._verdict = marked(self._verdict, self._linked, job.group.policy)

    async def keep(self) -> None:
        """Put the original into the quarantine, where the policy says so."""
        if self.verdict.keeps:
            await keep(self.job, self.inspection, self.facts, self.verdict, self._on.quarantine)
            self._is_kept = True
            self.job.watch.lap("keep")

    async def hold(self, reason: str) -> None:
        """Put the original into the quarantine instead of whatever was to become of it.

        Beside a copy that is there already it has an id of its own: a copy tells that nothing is to be released.
        """
        job = replace(self.job, id=f"{self.job.id}-held") if self._is_kept else self.job
        await hold(job, self.inspection, self.facts, self.verdict, self._on.quarantine, reason)
        self.job.watch.lap("keep")

    async def link(self) -> None:
        """Host files, and make the links anew that lead to the tenant's own file hosts. Raises `Deferred`."""
        self._relinked = await relinked(self.job, self._on, self.facts, self._linked)
        files = to_host(self.facts, self.verdict) if self.verdict.action >= Action.HOST else ()
        if files and self._on.hosting:
            self._is_hosting = True
            self._links = await hosted(self.job, self.inspection, self.facts, files, self._on.hosting, self._on.spools)
            self.job.watch.lap("host")

    async def settle(self) -> None:
        """Say of the files that were hosted whether the message has left; after all else."""
        if self._is_hosting and self._on.hosting:
            await self._on.hosting.settle(self.job.id, delivered=self._has_left)

    def edit(self) -> None:
        """Make what leaves. Raises `Refused` where nothing may."""
        extras = Extras(
            links=self._links,
            forged=forged(self.inspection.examination.message, self.job, self._on),
            relinked=self._relinked,
        )
        self.edited = edited(self.job, self.inspection, self.facts, self.verdict, self._on, extras)
        self.job.watch.lap("edit")

    def close(self) -> None:
        """Give the decoded files up; may be called twice."""
        if self._inspection:
            self._inspection.scratch.close()

    async def relay(self, deadline: Deadline) -> Reply:
        """Seal and hand over what leaves; return the next hop's reply."""
        job, on, leaving = self.job, self._on, self.edited
        assert leaving is not None  # noqa: S101 - the order of steps
        try:
            plan, said = await sealed(job, on, self.facts.authentication, leaving)
            if said is not None:
                self.facts = replace(self.facts, authentication=said)
                job.watch.lap("seal")
            outgoing = Outgoing(job.envelope, leaving.spool or job.spool, plan, job.eight_bit)
            self._has_left = True
            self.delivery = await self._out.deliver(outgoing, deadline)
            self._has_left = self.delivery.reply.is_positive
        except GatewayError as error:
            self._has_left = isinstance(error, UnknownOutcome)
            raise
        finally:
            job.watch.lap("relay")
            self.drop()
        return self.delivery.reply

    def drop(self) -> None:
        """Give up what was to leave; may be called twice."""
        if self.edited and self.edited.spool:
            self.edited.spool.close()

    def explained(self) -> Reply:
        """Return the reply of a verdict that lets nothing leave."""
        return explain(self.verdict, self.facts, self.job.group.policy)

    def failed(self, error: Exception) -> Reply:
        """Note what went wrong; return its reply. Anything unforeseen is 451, never a traceback and never a pass."""
        if isinstance(error, GatewayError):
            self.error, self.next_hop, self.unknown = error.reason, error.next_hop, isinstance(error, UnknownOutcome)
            return error.reply
        log.error("unforeseen", id=self.job.id, exc_info=error)
        self.error = repr(error)
        return UNFORESEEN.reply(f"id={self.job.id}")

    def record(self, reply: Reply) -> MessageRecord:
        """Return what is kept of the message, whatever became of it."""
        job = self.job
        return MessageRecord(
            facts=self.facts,
            tenants=job.group.tenants,
            verdict=self._verdict,
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
