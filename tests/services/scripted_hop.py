"""A stand-in for a next hop that misbehaves: only for faults that no honest MTA shows.

Give it, stage by stage, what it does instead of the good answer: raw bytes to say, `DROP` to cut the
connection, `Hold` to stay silent until released. Stages are those of capture.py: CONNECT, EHLO, MAIL, RCPT,
DATA, DOT.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from tests.services.capture import Capture, Session


class Cut(Enum):
    """The connection ends."""

    DROP = "drop"


DROP = Cut.DROP


@dataclass(frozen=True, slots=True)
class Hold:
    """Silence until somebody sets `released`."""

    released: threading.Event = field(default_factory=threading.Event)


Fault = bytes | Cut | Hold


class ScriptedHop(Capture):
    """Keeps every message that reached its dot, and misbehaves as `faults` says; they may be changed meanwhile."""

    def __init__(self, faults: Mapping[str, Fault], port: int = 0) -> None:
        super().__init__(port)
        self.faults = dict(faults)

    @property
    def session(self) -> type[Session]:
        """What talks on each connection."""
        return _Faulty


class _Faulty(Session):
    def answer(self, stage: str, text: str) -> None:
        assert isinstance(self.server, ScriptedHop)
        match self.server.faults.get(stage):
            case bytes() as raw:
                self.say(raw)
            case Cut():
                raise ConnectionError("as the script says")
            case Hold() as hold:
                hold.released.wait(120)
                super().answer(stage, text)
            case None:
                super().answer(stage, text)
