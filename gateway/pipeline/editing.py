"""From a verdict that lets a message leave to what leaves: the original with edits, or a new message.

Nothing leaves where what must not pass cannot be taken out.
"""

from dataclasses import dataclass

from gateway.edit.planner import NOTHING, Desk, Extras, make_changes, make_plan
from gateway.edit.removal import Uneditable
from gateway.model.errors import Refused
from gateway.model.facts import Facts
from gateway.model.plan import Edit, Plan
from gateway.model.policy import Action
from gateway.model.reply import AMBIGUOUS_MIME
from gateway.model.span import Span
from gateway.model.verdict import Verdict
from gateway.pipeline.job import Job
from gateway.pipeline.rebuilding import rebuilt
from gateway.pipeline.services import Services
from gateway.policy.explain import CAUSES
from gateway.ports.inspection import Inspection
from gateway.ports.spool import Spool


@dataclass(frozen=True, slots=True)
class Edited:
    """What leaves."""

    plan: Plan
    """Edits on `spool`, or on the original."""
    spool: Spool | None = None
    """A new message; whoever holds this closes it."""
    log: tuple[Edit, ...] = ()
    """What was done, over the original."""


def edited(
    job: Job, inspection: Inspection, facts: Facts, verdict: Verdict, on: Services, extras: Extras = NOTHING
) -> Edited:
    """Return what leaves. Raises `Refused` where nothing may."""
    message, policy = inspection.examination.message, job.group.policy
    desk = Desk(on.hostname, lambda span: b"".join(job.spool.chunks(span)), on.notices.write, job.eight_bit)
    try:
        if verdict.action is not Action.REBUILD:
            plan = make_plan(facts, verdict, message, policy, desk, extras)
            return Edited(plan, log=plan.edits)
        changes = make_changes(facts, verdict, message, policy, desk, extras)
    except Uneditable as error:
        cause = CAUSES.get(error.reason, AMBIGUOUS_MIME)
        raise Refused(cause.reply(f"id={job.id}"), f"cannot be taken out: {error}") from error
    plan = Plan((Edit(Span(0, 0), changes.top),))
    return Edited(plan, rebuilt(job, inspection, on.spools, changes), changes.edits)
