"""What a virus scanner said of one stream of bytes."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """The only four things a scan can mean; anything but a whole verdict is UNKNOWN."""

    CLEAN = "clean"
    INFECTED = "infected"
    OVER_LIMIT = "over_limit"
    """The scanner stopped at a limit of its own and will again: no malware, and no reason to try later."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ScanResult:
    """One verdict of one scanner about one artifact, or about the raw message (where "message")."""

    where: str
    outcome: Outcome
    signature: str = ""
    """The name of what was found."""
    engine: str = ""
    """Scanner and signature version, such as "ClamAV 1.4.6/27800"."""
    detail: str = ""
    """Why the outcome is unknown; for the log."""
    cached: bool = False
