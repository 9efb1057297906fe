"""One message on its way through."""

from dataclasses import dataclass, field
from time import monotonic

from gateway.model.envelope import Envelope
from gateway.model.limits import Deadline
from gateway.model.tenant import Group
from gateway.ports.spool import Spool


@dataclass(slots=True)
class Stopwatch:
    """Seconds by step, for the log."""

    seconds: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=monotonic)

    def lap(self, step: str) -> None:
        """Book the time since the last lap (or the start) to `step`."""
        now = monotonic()
        self.seconds[step] = self.seconds.get(step, 0.0) + now - self.started
        self.started = now


@dataclass(frozen=True, slots=True)
class Job:
    """Everything that the path of one message needs to know; the door makes it."""

    id: str
    """Stands in every log line, reply and trace field of this message."""
    received_at: float
    """Unix time."""
    envelope: Envelope
    group: Group
    spool: Spool
    eight_bit: bool
    deadline: Deadline
    watch: Stopwatch = field(default_factory=Stopwatch)
