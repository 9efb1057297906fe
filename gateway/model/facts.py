"""Facts: everything that `decide()` may look at, and nothing else.

They hold no content bytes and round-trip through JSON, so that a recorded decision can be made again.
"""

from dataclasses import dataclass

from gateway.model.artifact import Artifact
from gateway.model.authentication import Authentication
from gateway.model.envelope import Envelope
from gateway.model.finding import Finding
from gateway.model.scan import ScanResult

FACTS_VERSION = 2


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one message when it is judged."""

    id: str
    received_at: float
    """Unix time."""
    envelope: Envelope
    size: int
    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...]
    scans: tuple[ScanResult, ...]
    authentication: Authentication | None = None
    """What SPF, DKIM, DMARC and ARC say of the original bytes; None where nobody looked."""
    scanner_down_for: float = 0.0
    """Seconds since a scanner last gave a whole verdict; 0 while one does."""
    version: int = FACTS_VERSION
