"""Every bound on what a message may cost, in one place, and the clock that a job shares."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one message. Sizes in bytes, times in seconds."""

    size: int = 50 * MIB
    """Raw message; big providers stop at 25 to 50 MiB."""
    header: int = 1 * MIB
    """One header block; Postfix's header_size_limit is 100 KiB, Exchange's 1 MiB in effect."""
    fields: int = 2_000
    """Header fields in one block; long Received chains stay below 200."""
    parts: int = 500
    """MIME parts of the whole tree."""
    depth: int = 8
    """Nesting of multiparts, messages and containers together."""
    members: int = 2_000
    """Files in all containers together."""
    expanded: int = 500 * MIB
    """Bytes that decoding and unpacking may yield together."""
    ratio: int = 200
    """Expanded bytes of a container per stored byte; honest text archives stay below 50."""
    seconds: float = 20.0
    """Time for parsing and unpacking one message; hostile mail must be answered within 30 s."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point on the monotonic clock that all steps of one job share."""

    at: float

    def remaining(self, now: float) -> float:
        """Return the seconds left at `now`, never negative."""
        return max(0.0, self.at - now)

    def sooner(self, seconds: float, now: float) -> "Deadline":
        """Return this deadline, or `seconds` from `now` where that comes first."""
        return Deadline(min(self.at, now + seconds))
