"""A world around the milter door: inspection that finds what it is told to; the door and the path are the real ones."""

import asyncio
from dataclasses import dataclass, field, replace

from gateway.doors.admission import Admission
from gateway.doors.milter.door import Door, MilterSettings
from gateway.model.limits import Deadline, Limits
from gateway.pipeline.services import Services
from gateway.ports.inspection import Inspection
from gateway.ports.spool import Spool
from tests.unit.doors.smtp.standins import policies
from tests.unit.pipeline import world
from tests.unit.pipeline.world import Bytes, FixedExaminer, FixedScanner, Records


class Waiting(FixedExaminer):
    """Finds nothing, but not before it is let go: a stand-in for work that takes long."""

    def __init__(self) -> None:
        super().__init__(artifacts=())
        self.gate = asyncio.Event()
        self.asked = asyncio.Event()

    async def examine(self, spool: Spool, limits: Limits, deadline: Deadline) -> Inspection:
        self.asked.set()
        await self.gate.wait()
        return await super().examine(spool, limits, deadline)


@dataclass
class World:
    """A door, and what stands around it."""

    examiner: FixedExaminer = field(default_factory=lambda: FixedExaminer(artifacts=()))
    records: Records = field(default_factory=Records)
    spools: list[Bytes] = field(default_factory=list)

    def spool(self) -> Bytes:
        """Make a spool, and remember it."""
        self.spools.append(Bytes())
        return self.spools[-1]

    def services(self) -> Services:
        """Return the ports."""
        given = world.services(self.examiner, FixedScanner(), self.records, 0)
        return replace(given, spools=self.spool)

    def door(self, beside: Admission | None = None, **settings: float | bool) -> Door:
        """Make the door, with some settings changed."""
        changed = replace(MilterSettings(last_word_seconds=1.0), **settings)  # type: ignore[arg-type]
        return Door(self.services(), policies, changed, beside)
