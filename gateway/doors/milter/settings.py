"""Every bound of the milter door, with its reason."""

from dataclasses import dataclass

from gateway.model.limits import MIB


@dataclass(frozen=True, slots=True)
class MilterSettings:
    """Sizes in bytes, times in seconds."""

    idle_seconds: float = 7210.0
    """Silence of an MTA before its connection is closed, as libmilter has it; its clients may be idle for long."""
    progress_seconds: float = 5.0
    """Between signs of life while a message is judged; Sendmail waits 10 s for one, Postfix milter_content_timeout."""
    deadline_seconds: float = 90.0
    """From the end of a message to our verdict; Postfix waits 300 s."""
    last_word_seconds: float = 5.0
    """Beyond the deadline for a step that ignores it, and for an MTA to read our last word."""
    connections: int = 1_000
    """At once in this worker; an MTA opens one for each of its clients."""
    in_flight: int = 1024 * MIB
    """Messages spooled at once in this worker, by both doors together."""
    idle_grace: float = 10.0
    """A connection between two messages that was silent for so long makes place for others, and ends at a drain."""
    size: int = 50 * MIB
    """Largest message."""
    recipients: int = 1_000
    """Of one message."""
    hops: int = 50
    """Received fields after which a message loops."""
    has_held: bool = False
    """A message that our quarantine has is held by the MTA too; otherwise the MTA discards its copy."""
    passes_strangers: bool = False
    """Recipients that no tenant has are left to the MTA; otherwise they are refused."""
