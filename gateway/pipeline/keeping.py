"""The original into the quarantine, before anything is relayed or answered."""

from dataclasses import replace

from gateway.mime.fields import unfold
from gateway.mime.words import decode_words, to_text
from gateway.model.facts import Facts
from gateway.model.policy import Action
from gateway.model.verdict import Verdict
from gateway.pipeline.job import Job
from gateway.policy.names import shown
from gateway.ports.inspection import Inspection
from gateway.ports.quarantine import Case, Heading, Quarantine

_MOST_FIELD = 2000
"""Bytes of a field that are looked at."""
_MOST_FINDINGS = 100
_MOST_TEXT = 500
"""Characters of a name or detail; what the sender wrote must never be too large to be held."""
_SHOWN_FIELDS = (b"subject", b"from", b"message-id")


async def keep(job: Job, inspection: Inspection, facts: Facts, verdict: Verdict, quarantine: Quarantine) -> None:
    """Return when envelope and bytes are durable. Raises `Deferred` for anything else.

    A message that is put off is not kept: it comes again.
    """
    if verdict.action is Action.DEFER:
        return
    is_copy = verdict.action is not Action.QUARANTINE
    deciding = next(one for one in verdict.judgements if (one.keep if is_copy else one.action is verdict.action))
    await _keep(job, inspection, facts, verdict, quarantine, deciding.reason, is_copy=is_copy)


async def hold(
    job: Job, inspection: Inspection, facts: Facts, verdict: Verdict, quarantine: Quarantine, reason: str
) -> None:
    """Hold a message of which the verdict says otherwise; `reason` says why. Raises `Deferred` for anything else."""
    await _keep(job, inspection, facts, verdict, quarantine, reason, is_copy=False)


async def _keep(
    job: Job,
    inspection: Inspection,
    facts: Facts,
    verdict: Verdict,
    quarantine: Quarantine,
    reason: str,
    *,
    is_copy: bool,
) -> None:
    case = Case(
        id=job.id,
        received_at=job.received_at,
        tenants=job.group.tenants,
        envelope=job.envelope,
        eight_bit=job.eight_bit,
        reason=reason,
        judgements=tuple(
            replace(one, name=one.name[:_MOST_TEXT], found=one.found[:_MOST_TEXT])
            for one in verdict.judgements[:_MOST_FINDINGS]
        ),
        findings=tuple(replace(one, detail=one.detail[:_MOST_TEXT]) for one in facts.findings[:_MOST_FINDINGS]),
        heading=_heading(job, inspection),
        is_copy=is_copy,
        expires_at=job.received_at + job.group.policy.quarantine.keep,
    )
    await quarantine.keep(case, job.spool, job.deadline)


def _heading(job: Job, inspection: Inspection) -> Heading:
    """Read the first field of each kind, as a person is shown it."""
    texts: dict[bytes, str] = {}
    for field in inspection.examination.message.root.fields:
        if field.name in _SHOWN_FIELDS and field.name not in texts:
            raw = b"".join(job.spool.chunks(field.value))[:_MOST_FIELD]
            texts[field.name] = shown(decode_words(to_text(unfold(raw))), utf8=True)
    return Heading(*(texts.get(name, "") for name in _SHOWN_FIELDS))
