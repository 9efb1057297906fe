"""A catalogue with contents, and a scanner that knows what a test tells it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gateway.adapters.spool import SpoolFolder
from gateway.adapters.sql.contents import Contents
from gateway.adapters.sql.hosted import SqlHosted
from gateway.adapters.sql.rescans import SqlPasses
from gateway.adapters.sql.store import Store, open_store
from gateway.adapters.storeplace import Place
from gateway.jobs.checking import Checking
from gateway.model.hosted import FileState, HostedFile
from gateway.model.limits import Deadline
from gateway.model.policy import Policy
from gateway.model.policyset import PolicySet
from gateway.model.scan import Outcome, ScanResult
from gateway.model.tenant import Route, Tenant
from gateway.ports.alarms import Alarm
from gateway.ports.blobs import Blob
from gateway.ports.hosting import Which
from gateway.ports.inspection import Scannable
from tests.unit.adapters.sql.hosting import new
from tests.unit.policy.samples import policy


@dataclass(slots=True)
class Scanner:
    """A stand-in for what a real clamd cannot be made to show: official signatures that change, and silence."""

    engine: str = "Scanner/1"
    known: dict[bytes, str] = field(default_factory=dict)
    """Contents and the names of what is found in them."""
    outcomes: dict[bytes, Outcome] = field(default_factory=dict)
    seen: list[bytes] = field(default_factory=list)

    async def scan(self, files: Sequence[Scannable], deadline: Deadline) -> Sequence[ScanResult]:
        """Answer as told."""
        return [self._one(one) for one in files]

    def _one(self, one: Scannable) -> ScanResult:
        content = b"".join(one.source.chunks(one.span))
        self.seen.append(content)
        if not self.engine:
            return ScanResult(one.where, Outcome.UNKNOWN, detail="silent")
        if content in self.known:
            return ScanResult(one.where, Outcome.INFECTED, self.known[content], self.engine)
        return ScanResult(one.where, self.outcomes.get(content, Outcome.CLEAN), "", self.engine)

    async def version(self) -> str:
        """Return what it scans with."""
        return self.engine


class Bells:
    """Implements `ports.alarms.Alarms`."""

    def __init__(self) -> None:
        self.rung: list[Alarm] = []

    async def sound(self, alarm: Alarm) -> None:
        """Remember it."""
        self.rung.append(alarm)


def digest(content: bytes) -> str:
    """Return the name of a content."""
    return hashlib.sha256(content).hexdigest()


def policies(*all_: Policy) -> PolicySet:
    """Return the tenants of some policies."""
    tenants = tuple(Tenant(one.name, (), (), one, Route(())) for one in all_)
    return PolicySet("v1", tenants, MappingProxyType({}), MappingProxyType({}))


class Shelf:
    """Files, their contents, and what looks after them."""

    def __init__(self, folder: Path, scanner: Any = None) -> None:
        (folder / "store").mkdir()
        self.store: Store = open_store(Place("", "", folder / "store"))
        self.files = SqlHosted(self.store.engine)
        self.passes = SqlPasses(self.store.engine)
        self.contents = Contents(self.store.engine, self.store.blobs)
        self.scanner = Scanner()
        self.bells = Bells()
        self.policies = policies(policy(name="acme"), policy(name="other"))
        self.spools = SpoolFolder(folder / "spool")
        self.checking = Checking(
            self.files, self.store.blobs, scanner or self.scanner, self.spools, lambda: self.policies, self.bells, 4
        )

    def put(self, file_id: str, content: bytes, **changes: Any) -> HostedFile:
        """Host a file, delivered; return it as a request sees it."""
        one = new(id=file_id, sha256=digest(content), size=len(content), message=file_id)
        made = replace(one.file, **changes)
        self.contents.put(Blob(made.tenant, made.sha256), made.size, [content], made.created_at)
        self.files.add(replace(one, file=made))
        self.files.settle(made.message, delivered=True)
        return self.find(file_id)

    def find(self, file_id: str) -> HostedFile:
        """Return a file that is there."""
        found = self.files.find(file_id)
        assert found is not None
        return found

    def states(self) -> dict[str, FileState]:
        """Return all states."""
        return {one: self.find(one).state for one in self.ids()}

    def ids(self) -> list[str]:
        """Return all files."""
        return sorted(one.id for one in self.files.list(Which(), 10_000))
