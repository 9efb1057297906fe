"""Verify, edit, seal: who says what of a message, in the order in which it is true.

What came is verified before anything is changed; what is changed leaves with our results on top and a seal over
the bytes that leave, so that who trusts us can still tell who sent it.
"""

from collections.abc import Set as AbstractSet

from gateway.authn.results import forged_spans, results_field
from gateway.model.authentication import Authentication
from gateway.model.message import Message
from gateway.model.plan import Edit, Plan
from gateway.model.span import Span
from gateway.pipeline.editing import Edited
from gateway.pipeline.job import Job
from gateway.pipeline.services import Services

_NO_CHANGE = frozenset({"", "forged", "ours"})
"""Edits that leave every word of the sender's in its place."""


async def authenticated(job: Job, on: Services) -> Authentication | None:
    """Verify the message where somebody wants to know before it is judged."""
    asked = on.authenticator
    if asked is None or not (asked.is_always_asked or job.group.policy.asks_authentication):
        return None
    return await asked.verify(job.spool, job.envelope, job.deadline)


def forged(message: Message, job: Job, on: Services) -> AbstractSet[Span]:
    """Return the fields that claim to be our results; they go whatever becomes of the message."""
    if on.authenticator is None:
        return frozenset()
    spans = forged_spans(
        message.root.fields, lambda span: b"".join(job.spool.chunks(span)), on.authenticator.authserv_id
    )
    return frozenset(spans)


async def sealed(
    job: Job, on: Services, found: Authentication | None, leaving: Edited
) -> tuple[Plan, Authentication | None]:
    """Return the plan with our results on top, and a seal where the message was changed; and the results."""
    if on.authenticator is None:
        return leaving.plan, found
    is_changed = leaving.spool is not None or any(edit.what not in _NO_CHANGE for edit in leaving.log)
    if is_changed and found is None:
        found = await on.authenticator.verify(job.spool, job.envelope, job.deadline)
    if found is None:
        return leaving.plan, None
    plan = _topped(leaving.plan, results_field(on.authenticator.authserv_id, found))
    if is_changed and on.sealer is not None:
        plan = _topped(plan, await on.sealer.seal(leaving.spool or job.spool, plan, found, job.deadline))
    return plan, found


def _topped(plan: Plan, fields: bytes) -> Plan:
    return Plan((Edit(Span(0, 0), fields), *plan.edits)) if fields else plan
