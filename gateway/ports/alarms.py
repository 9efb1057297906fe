"""Telling people that something needs them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that happened."""

    event: str
    """A constant word, as in the log: `domain_listed`."""
    subject: str
    """What it happened to: a domain, a file."""
    detail: Mapping[str, object] = field(default_factory=dict)
    """What else there is to know; it leaves the house, so no secrets. No key is `event` or `subject`."""
    is_urgent: bool = True
    """Somebody should look now; else it only tells that something has ended well."""


class Alarms(Protocol):
    """Where alarms go."""

    async def sound(self, alarm: Alarm) -> None:
        """Log it and tell everybody who is to know, within a bound. Never raises."""
