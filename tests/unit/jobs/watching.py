"""What the tests of the watch work with: sources that say what a test tells them, and lists of what was asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.model.hosted import HostedFile
from gateway.ports.alarms import Alarm
from gateway.ports.domains import WatchedSource
from gateway.reputation.listings import Said, Word

MUST, MUST_NOT = "test", "invalid"


@dataclass(slots=True)
class ScriptedSource:
    """Lists what it is told to, and is silent or broken when it is told to be."""

    name: str
    listed: set[str] = field(default_factory=lambda: {MUST})
    is_silent: bool = False
    trouble: Exception | None = None
    asked: list[tuple[str, ...]] = field(default_factory=list)

    async def ask(self, names: Sequence[str]) -> Mapping[str, Said]:
        """Answer."""
        self.asked.append(tuple(names))
        if self.trouble:
            raise self.trouble
        if self.is_silent:
            return dict.fromkeys(names, Said(Word.SILENT, "no answer"))
        return {name: Said(Word.LISTED if name in self.listed else Word.CLEAN) for name in names}

    def watched(self) -> WatchedSource:
        """Return it with its names for tests."""
        return WatchedSource(self, MUST, MUST_NOT)


@dataclass(slots=True)
class NotedAlarms:
    """Keeps alarms."""

    sounded: list[Alarm] = field(default_factory=list)

    async def sound(self, alarm: Alarm) -> None:
        """Note it."""
        self.sounded.append(alarm)

    def events(self) -> list[tuple[str, str]]:
        """Return what happened to what, and forget it."""
        events = [(one.event, one.subject) for one in self.sounded]
        self.sounded.clear()
        return events


@dataclass(slots=True)
class NotedRescans:
    """Keeps what is to be scanned."""

    asked: list[tuple[list[str], str]] = field(default_factory=list)

    async def soon(self, files: Sequence[HostedFile], why: str) -> None:
        """Note it."""
        self.asked.append(([one.id for one in files], why))
