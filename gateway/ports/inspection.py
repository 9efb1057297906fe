"""Looking into messages: the examiner (in a sandboxed child) and the virus scanners."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.model.examination import Examination
from gateway.model.limits import Deadline, Limits
from gateway.model.scan import ScanResult
from gateway.model.span import Span
from gateway.ports.spool import Content, Spool


@dataclass(frozen=True, slots=True)
class Inspection:
    """An examination, and the decoded bytes of every artifact."""

    examination: Examination
    scratch: Content
    """`Artifact.content` are spans of it. Whoever holds the inspection closes it."""


class Examiner(Protocol):
    """Splits, decodes, unpacks and identifies; never raises on content."""

    async def examine(self, spool: Spool, limits: Limits, deadline: Deadline) -> Inspection:
        """Look into the message in `spool`, for `limits.seconds` once its turn has come.

        A crash, a timeout or nonsense from the child is a finding (EXAMINER_FAILED, EXAMINER_TIMEOUT) in an
        otherwise empty examination. Raises `Deferred` only where nothing could be tried (no child, no spool).
        """


@dataclass(frozen=True, slots=True)
class Scannable:
    """A stream of bytes to scan: `span` of what `source` holds."""

    where: str
    sha256: str
    """As the child named it; empty for what no verdict should be kept about."""
    source: Content
    span: Span


class Scanner(Protocol):
    """A virus scanner."""

    async def scan(self, files: Sequence[Scannable], deadline: Deadline) -> Sequence[ScanResult]:
        """Return one result for each file, in order; whatever is not one whole verdict is Outcome.UNKNOWN.

        Never raises for a scanner that is down, slow or talks nonsense.
        """
