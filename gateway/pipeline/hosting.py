"""Files that wait behind links: durable before the message leaves, and given out when it is known to have left.

Only what the policy hosts becomes a file behind a link: nothing in which anything is worse than that. The next
hop's 2xx lets the files live, its refusal forgets them; where nobody knows, they live, because a link in a delivered
mail must never be dead.
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.mime.message_id import message_id
from gateway.model.artifact import Artifact
from gateway.model.facts import Facts
from gateway.model.hosted import FileState, HostedFile
from gateway.model.limits import KIB
from gateway.model.notice import Link
from gateway.model.policy import Action, Policy
from gateway.model.scan import Outcome
from gateway.model.span import Span
from gateway.model.verdict import Judgement, Verdict
from gateway.pipeline.job import Job
from gateway.policy.agree import read
from gateway.policy.names import readings, shown
from gateway.ports.hosting import Hosting, NewFile
from gateway.ports.inspection import Inspection
from gateway.ports.spool import Content, SpoolFactory

_HEAD = 64 * KIB
_MOST_NAME = 150
"""Characters; with any script in UTF-8 below what file systems take."""
_NAMELESS = "file"
_MOST_KINDS = 200
"""Of one file, for bans; an archive may hold thousands."""


@dataclass(frozen=True, slots=True)
class Hosted:
    """A file of the message that gives way to a link."""

    artifact: Artifact
    judgement: Judgement


def to_host(facts: Facts, verdict: Verdict) -> Sequence[Hosted]:
    """Return the files that are hosted, in the order of the message.

    A file inside another takes that one along, and a file in which, or around which, anything is stripped goes
    with it: its place gets a notice, and nobody a link.
    """
    outer = {one.where: one for one in facts.artifacts if one.depth == 0}
    most = max(map(len, outer), default=0)
    found: dict[str, Judgement] = {}
    for one in verdict.judgements:
        if one.action is Action.HOST:
            around = [place for place in _around(one.where, most) if place in outer]
            if around and (around[-1] not in found or one.where == around[-1]):
                found[around[-1]] = one
    stripped = {one.where for one in verdict.judgements if one.action is Action.STRIP}
    spoiled = {place for where in stripped for place in _around(where, most)}
    return [
        Hosted(artifact, found[where])
        for where, artifact in outer.items()
        if where in found and where not in spoiled and stripped.isdisjoint(_around(where, most))
    ]


async def hosted(
    job: Job, inspection: Inspection, facts: Facts, files: Sequence[Hosted], hosting: Hosting, spools: SpoolFactory
) -> Sequence[Link]:
    """Return the links when all contents and rows are durable. Raises `Deferred` for anything else."""
    links: list[Link] = []
    name = message_id(b"".join(job.spool.chunks(Span(0, min(job.spool.size, _HEAD)))))
    for one in files:
        new = _new(job, facts, one, name)
        url = await _put(new, inspection.scratch, one.artifact.content, job, hosting, spools)
        file = new.file
        links.append(Link(one.artifact.where, file.name, file.size, file.media_type, url, file.expires_at))
    return links


async def _put(new: NewFile, scratch: Content, span: Span, job: Job, hosting: Hosting, spools: SpoolFactory) -> str:
    """Hand the file over as it lies there, or as a copy where it lies among others, which only small ones do."""
    descriptor = scratch.descriptor_of(span)
    if descriptor is not None:
        return await hosting.host(new, descriptor, job.deadline)
    copy = spools()
    try:
        for chunk in scratch.chunks(span):
            copy.write(chunk)
        return await hosting.host(new, copy.fileno(), job.deadline)
    finally:
        copy.close()


def _new(job: Job, facts: Facts, one: Hosted, name: str) -> NewFile:
    policy, artifact = job.group.policy, one.artifact
    scan = next((said for said in facts.scans if said.where == artifact.where), None)
    is_clean = scan is not None and scan.outcome is Outcome.CLEAN
    theirs = facts_about(facts, artifact.where)
    file = HostedFile(
        id=secrets.token_urlsafe(16),
        tenant=job.group.tenants[0],
        sha256=artifact.sha256,
        size=artifact.size,
        name=shown(one.judgement.name or next(iter(artifact.names), ""), utf8=True, most=_MOST_NAME) or _NAMELESS,
        media_type=artifact.detected,
        message=job.id,
        message_id=name,
        sender=job.envelope.sender.address or "",
        recipients=tuple(recipient.address for recipient in job.envelope.recipients),
        created_at=job.received_at,
        expires_at=job.received_at + (policy.hosting.ttl if one.judgement.ttl is None else one.judgement.ttl),
        state=FileState.PENDING,
        scanned_at=job.received_at if is_clean else 0.0,
        signatures=scan.engine if scan and is_clean else "",
        kinds=tuple(kinds(theirs.artifacts, policy)),
    )
    return NewFile(file, policy.hosting.pool, theirs)


def facts_about(facts: Facts, where: str) -> Facts:
    """Return what of a message's facts is about one file and what is in it."""
    inside = f"{where}/", f"{where}."
    return replace(
        facts,
        artifacts=tuple(one for one in facts.artifacts if one.where == where or one.where.startswith(inside)),
        findings=tuple(one for one in facts.findings if one.where == where or one.where.startswith(inside)),
        scans=tuple(one for one in facts.scans if one.where == where or one.where.startswith(inside)),
    )


def kinds(artifacts: Sequence[Artifact], policy: Policy) -> Iterator[str]:
    """Yield what bans may name a file by: extensions and families by any reading, its own and those inside."""
    said: set[str] = set()
    for one in artifacts:
        theirs = {f"ext:{ext}" for name in one.names for ext in readings(name)}
        theirs |= {f"family:{family}" for family in read(one, policy.index).reads_as}
        for kind in sorted(theirs - said):
            if len(said) == _MOST_KINDS:
                return
            said.add(kind)
            yield kind


def _around(where: str, most: int) -> Iterator[str]:
    """Yield the places around a place, and itself, outermost first, as far as they have at most so many characters."""
    for at in range(1, min(len(where), most) + 1):
        if at == len(where) or where[at] in "/.~":
            yield where[:at]
