"""A message that an admin released, and that a next hop led back to us: it is not caught again."""

from dataclasses import replace

from gateway.model.digest import sha256_of
from gateway.model.policy import Action
from gateway.model.span import Span
from gateway.model.verdict import Verdict
from gateway.pipeline.job import Job
from gateway.ports.inspection import Inspection
from gateway.ports.passes import FIELD, Passes

_MOST = 8192
"""Bytes of a pass."""


def released(job: Job, inspection: Inspection, verdict: Verdict, passes: Passes | None) -> Verdict:
    """Return the verdict, or one that lets the message pass where it shows a valid pass and holds no malware.

    Below the field stands the message as it was held; fields above are those of the hops since.
    """
    if passes is None or verdict.action in {Action.ALLOW, Action.DEFER} or _is_malware(verdict):
        return verdict
    field = next((one for one in inspection.examination.message.root.fields if one.name == FIELD), None)
    if field is None or field.value.end - field.value.start > _MOST:
        return verdict
    written = b"".join(job.spool.chunks(field.value)).decode("ascii", "replace")
    digest = sha256_of(job.spool.chunks(Span(field.raw.end, job.spool.size)))
    recipients = [one.address for one in job.envelope.recipients]
    if not passes.is_valid("".join(written.split()), digest, recipients):
        return verdict
    return replace(verdict, action=Action.ALLOW, judgements=())


def _is_malware(verdict: Verdict) -> bool:
    return any(one.reason == "malware" for one in verdict.judgements)
