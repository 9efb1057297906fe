"""All scanners over all artifacts; silence becomes a result, never a pass."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from gateway.model.limits import Deadline
from gateway.model.scan import ScanResult
from gateway.model.span import Span
from gateway.policy.decide import WHOLE
from gateway.ports.inspection import Inspection, Scannable, Scanner
from gateway.ports.spool import Spool


async def scan_all(
    inspection: Inspection, raw: Spool, scanners: Sequence[Scanner], raw_up_to: int, deadline: Deadline
) -> tuple[ScanResult, ...]:
    """Scan every artifact, and the raw message up to `raw_up_to` bytes (mail signatures need it)."""
    files = _unique(inspection)
    if raw.size <= raw_up_to:
        files.append(Scannable(WHOLE, "", raw, Span(0, raw.size)))  # no two are alike: none is looked for again
    if len(scanners) == 1:  # a task of its own for each would cost as much as a cached verdict
        return tuple(_spread(files, await scanners[0].scan(files, deadline), inspection))
    answers = await asyncio.gather(*(scanner.scan(files, deadline) for scanner in scanners))
    return tuple(result for answer in answers for result in _spread(files, answer, inspection))


def _unique(inspection: Inspection) -> list[Scannable]:
    """One Scannable for each distinct content; the same logo in a newsletter is scanned once."""
    first: dict[str, Scannable] = {}
    for found in inspection.examination.artifacts:
        first.setdefault(found.sha256, Scannable(found.where, found.sha256, inspection.scratch, found.content))
    return list(first.values())


def _spread(files: Sequence[Scannable], results: Sequence[ScanResult], inspection: Inspection) -> list[ScanResult]:
    """Give every artifact the result of its content; a result too few is an error, never a clean file."""
    said = {file.sha256: result for file, result in zip(files, results, strict=True) if file.where != WHOLE}
    spread = [result for result in results if result.where == WHOLE]
    return spread + [_about(one.where, said[one.sha256]) for one in inspection.examination.artifacts]


def _about(where: str, result: ScanResult) -> ScanResult:
    return result if result.where == where else replace(result, where=where)
