"""All scanners over all artifacts; silence becomes a result, never a pass."""

import asyncio
import hashlib
from collections.abc import Sequence

from gateway.model.scan import ScanResult
from gateway.model.span import Span
from gateway.pipeline.job import Job
from gateway.pipeline.services import Services
from gateway.ports.inspection import Inspection, Scannable
from gateway.ports.spool import Spool


async def scan_all(inspection: Inspection, job: Job, on: Services) -> tuple[ScanResult, ...]:
    """Scan every artifact, and the raw message where it is small enough (mail signatures need it)."""
    files = _unique(inspection)
    if job.spool.size <= on.scan_raw_up_to:
        files.append(Scannable("message", _digest(job.spool), job.spool, Span(0, job.spool.size)))
    answers = await asyncio.gather(*(scanner.scan(files, job.deadline) for scanner in on.scanners))
    return tuple(result for answer in answers for result in _spread(answer, inspection))


def _unique(inspection: Inspection) -> list[Scannable]:
    """One Scannable for each distinct content; the same logo in a newsletter is scanned once."""
    first: dict[str, Scannable] = {}
    for found in inspection.examination.artifacts:
        first.setdefault(found.sha256, Scannable(found.where, found.sha256, inspection.scratch, found.content))
    return list(first.values())


def _spread(results: Sequence[ScanResult], inspection: Inspection) -> list[ScanResult]:
    """Give every artifact the result of its content."""
    by_where = {result.where: result for result in results}
    digests = {
        found.sha256: by_where[found.where] for found in inspection.examination.artifacts if found.where in by_where
    }
    spread = [result for result in results if result.where == "message"]
    for found in inspection.examination.artifacts:
        said = digests[found.sha256]
        spread.append(
            said
            if said.where == found.where
            else ScanResult(found.where, said.outcome, said.signature, said.engine, said.detail, said.cached)
        )
    return spread


def _digest(spool: Spool) -> str:
    digest = hashlib.sha256()
    for chunk in spool.chunks():
        digest.update(chunk)
    return digest.hexdigest()
