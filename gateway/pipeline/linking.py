"""Links to a tenant's own file hosts, onto its attachment domain: found in the sandbox, made by the keeper.

A message whose links could not be looked for leaves with the links that it came with. A link that stands in a delivered
mail has its row before the mail leaves; rows of mail that does not leave hurt nobody.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace

import structlog

from gateway.edit.relink import edits
from gateway.mime.message_id import message_id
from gateway.model.facts import Facts
from gateway.model.hosted import LINK_TYPE, FileState, HostedFile
from gateway.model.limits import KIB
from gateway.model.links import Linked, Linking
from gateway.model.plan import Edit
from gateway.model.policy import Action, Policy, SignedMail
from gateway.model.span import Span
from gateway.model.verdict import Judgement, Verdict
from gateway.pipeline.job import Job
from gateway.pipeline.services import Services
from gateway.policy.sealed import SIGNED
from gateway.ports.hosting import NewFile

NOTHING = Linked()
MOST = 200
"""Different links of one message that are rewritten."""
RULE = "links"
"""What judges a signed part with such a link, in log and reply."""
_HEAD = 64 * KIB
_BATCH = 50
"""Links that the keeper is asked for at a time; its frames are bounded."""
_MOST_NAMES = 10_000
"""Recipients in all rows of one such question."""

log = structlog.get_logger()


async def found_links(job: Job, on: Services, verdict: Verdict) -> Linked:
    """Return the links to the tenant's hosts; asks nobody where the policy names none, or nothing leaves as it came."""
    policy = job.group.policy
    if not policy.links.hosts or on.finder is None or verdict.action >= Action.REBUILD:
        return NOTHING
    linking = Linking(policy.links.hosts, edits_sealed=policy.signed_mail is SignedMail.EDIT)
    found = await on.finder.find(job.spool, linking, job.deadline) or NOTHING
    if found.left or found.sealed:
        log.info("links_left", id=job.id, left=found.left, signed=found.sealed)
    job.watch.lap("links")
    return found


def marked(verdict: Verdict, found: Linked, policy: Policy) -> Verdict:
    """Return the verdict with a judgement for each signed part whose links would have changed."""
    if not found.sealed:
        return verdict
    action = Action.REJECT if policy.signed_mail is SignedMail.REJECT else Action.TAG
    more = tuple(Judgement(where, action, SIGNED, RULE) for where in found.sealed)
    return replace(verdict, action=max(verdict.action, action), judgements=(*verdict.judgements, *more))


async def relinked(job: Job, on: Services, facts: Facts, found: Linked) -> Sequence[Edit]:
    """Return the edits when the rows of all new links are durable. Raises `Deferred` for anything else."""
    targets = list(dict.fromkeys(one.target for slot in found.slots for one in slot.pieces if one.target))
    if not targets or on.links is None:
        return ()
    if len(targets) > MOST:
        log.warning("links_left", id=job.id, left=[f"{len(targets) - MOST} links"], signed=())
    name = message_id(b"".join(job.spool.chunks(Span(0, min(job.spool.size, _HEAD)))))
    about = replace(facts, envelope=replace(facts.envelope, recipients=()), artifacts=(), findings=(), scans=())
    pool = job.group.policy.hosting.pool
    new = [NewFile(_row(job, target, name), pool, about) for target in targets[:MOST]]
    urls: dict[str, str] = {}
    batch = max(1, min(_BATCH, _MOST_NAMES // max(1, len(job.envelope.recipients))))
    for at in range(0, len(new), batch):
        urls |= await on.links.link(new[at : at + batch], job.deadline)
    job.watch.lap("links")
    return tuple(edits(found.slots, urls))


def _row(job: Job, target: str, name: str) -> HostedFile:
    return HostedFile(
        id=secrets.token_urlsafe(16),
        tenant=job.group.tenants[0],
        sha256=hashlib.sha256(target.encode()).hexdigest(),
        size=0,
        name=target,
        media_type=LINK_TYPE,
        message=job.id,
        message_id=name,
        sender=job.envelope.sender.address or "",
        recipients=tuple(recipient.address for recipient in job.envelope.recipients),
        created_at=job.received_at,
        expires_at=job.received_at + job.group.policy.links.ttl,
        state=FileState.LIVE,
        has_content=False,
    )
