"""From settings to the parts of the house: the only place that names adapters.

The order in a worker matters: `nursery` forks and comes first, before there is an event loop, a thread or a
secret; `certificate` reads a secret and comes later.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.adapters.clamav import ClamAV, ClamdState
from gateway.adapters.keeper import KeeperClient
from gateway.adapters.libmagic import Libmagic
from gateway.adapters.links import SandboxedFinder
from gateway.adapters.nexthop import NextHops
from gateway.adapters.policyfiles import load
from gateway.adapters.sandbox.child import Work
from gateway.adapters.sandbox.nursery import Nursery
from gateway.adapters.sandbox.pool import SandboxedExaminer
from gateway.adapters.spool import SpoolFolder
from gateway.app import links, senders
from gateway.app.metrics import Readings
from gateway.app.settings import Settings
from gateway.doors.admission import Counters
from gateway.doors.milter.door import Door as MilterDoor
from gateway.doors.milter.door import MilterSettings
from gateway.doors.smtp.door import Door, DoorSettings
from gateway.doors.smtp.tls import Certificate
from gateway.examine import examine
from gateway.model.notice import Notice, NoticeFields, NoticeKind
from gateway.model.policyset import PolicySet
from gateway.pipeline.services import Services
from gateway.ports.notices import NoticeWriter
from gateway.ports.records import MessageLog
from gateway.wire.smtp_client import Tls

if TYPE_CHECKING:
    from gateway.adapters.sealer import ArcSealer

__all__ = [
    "ClamdState",
    "Nursery",
    "Parts",
    "certificate",
    "door_settings",
    "examiner",
    "looking",
    "milter_settings",
    "next_hops",
    "nursery",
    "parts",
    "policies",
    "scanner",
    "spools",
]

policies: Callable[[Path], PolicySet] = load


def looking() -> Work:
    """Load libmagic and return what looks into a message.

    The time that counts is the CPU's, which a busy machine does not shorten.
    """
    sniff = Libmagic()
    return lambda data, limits, store: examine(data, sniff, limits, store, time.process_time)


def spools(folder: Path) -> SpoolFolder:
    """Return where messages wait. Raises OSError when the folder cannot be used."""
    return SpoolFolder(folder)


def nursery(folder: Path) -> Nursery:
    """Fork the process from which the examining children come; their large files lie in `folder`."""
    return Nursery(looking(), folder, run=links.errands)


def examiner(young: Nursery, folder: SpoolFolder, children: int) -> SandboxedExaminer:
    """Return what examines messages in the children of `young`."""
    return SandboxedExaminer(young, folder, children=children)


def certificate(settings: Settings) -> Certificate | None:
    """Load the certificate for STARTTLS, where one is named. Raises CertificateError."""
    tls = settings.tls
    return Certificate(tls.certificate, tls.key or tls.certificate) if tls.certificate else None


def scanner(settings: Settings, folder: SpoolFolder) -> ClamAV:
    """Return the virus scanner."""
    return ClamAV(settings.clamav.addresses, folder, watch_seconds=settings.clamav.refresh)


class Passes:
    """Loads what verifies passes of released messages when the first one is shown."""

    def __init__(self, keys: Path) -> None:
        self._keys = keys

    def is_valid(self, written: str, sha256: str, recipients: Sequence[str]) -> bool:
        """Tell whether `written` is a pass of ours for this message and these recipients."""
        from gateway.adapters.passes import ReleasePasses  # noqa: PLC0415 - most workers never need it

        return ReleasePasses(self._keys).is_valid(written, sha256, recipients)


class Notices:
    """A NoticeWriter that loads the templates' library at the first notice: most workers never need it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer: NoticeWriter | None = None

    def write(self, kind: NoticeKind, languages: Sequence[str], fields: NoticeFields) -> Notice:
        """Return the notice with a section for each language, in order."""
        if self._writer is None:
            from gateway.adapters.notices import NoticeTemplates  # noqa: PLC0415 - the heavy backend

            self._writer = NoticeTemplates(self._folder)
        return self._writer.write(kind, languages, fields)


def next_hops(settings: Settings) -> NextHops:
    """Return the way out."""
    return NextHops(settings.server.hostname, Tls(settings.relay.tls), settings.paths.maildir)


@dataclass(frozen=True, slots=True)
class Parts:
    """What one worker owns while it has an event loop."""

    door: Door
    milter: MilterDoor
    examiner: SandboxedExaminer
    clamav: ClamAV
    hops: NextHops
    keeper: KeeperClient
    certificate: Certificate | None
    checks: senders.Checks | None
    sealer: "ArcSealer | None"

    async def close(self) -> None:
        """Give everything back, in the order in which messages pass."""
        await self.examiner.close()
        self.clamav.close()
        await self.hops.close()
        if self.checks:
            await self.checks.close()

    def readings(self) -> Readings:
        """Return what can be read off them."""
        door, children, hops = self.door.admission.counters, self.examiner.counts, self.hops.counters
        keeper = self.keeper.counters
        return {
            **_of_door("", "clients", door),
            **_of_door("milter_", "MTAs that ask their milter", self.milter.admission.counters),
            "bytes_in_flight": ("Bytes of messages under way now.", lambda: door.bytes_in_flight),
            "children": ("Examining children now.", lambda: children.alive),
            "children_crashed_total": ("Children that died of a message.", lambda: children.crashes),
            "children_timed_out_total": ("Children stopped at their deadline.", lambda: children.timeouts),
            "examinations_total": ("Messages examined.", lambda: children.jobs),
            "examinations_failed_total": (
                "Messages that could not be examined.",
                lambda: children.failures + children.known,
            ),
            "next_hop_connections_total": ("Connections made to next hops.", lambda: hops.opened),
            "next_hop_reused_total": ("Transactions on a kept connection.", lambda: hops.kept),
            "next_hop_failures_total": ("Failures of next hops, by kind.", lambda: hops.failures),
            "refusals_total": ("Negative replies said to clients, by reason.", lambda: door.refusals),
            "kept_total": ("Messages put into the quarantine.", lambda: keeper.kept),
            "keep_failures_total": (
                "Messages put off because they, or files of them, could not be kept.",
                lambda: keeper.failures,
            ),
            "hosted_total": ("Files put behind links.", lambda: keeper.hosted),
            "hosted_unsettled_total": (
                "Messages with hosted files whose end the keeper did not hear.",
                lambda: keeper.unsettled,
            ),
            **senders.readings(self.checks, self.sealer),
        }


def _of_door(prefix: str, guests: str, door: Counters) -> Readings:
    return {
        f"{prefix}connections": (f"Connections of {guests} now.", lambda: door.connections),
        f"{prefix}connections_accepted_total": (
            f"Connections of {guests} since the start.",
            lambda: door.connections_total,
        ),
        f"{prefix}connections_refused_total": (f"Connections of {guests} turned away.", lambda: door.refused),
        f"{prefix}connections_evicted_total": (
            f"Idle connections of {guests} closed to make room.",
            lambda: door.evicted,
        ),
    }


def parts(
    settings: Settings, young: Nursery, serving: Callable[[], PolicySet], log: MessageLog, keeping: Path
) -> Parts:
    """Put a worker together; its event loop runs, and the quarantine is behind the socket `keeping`."""
    folder = spools(settings.paths.spool)
    children = examiner(young, folder, settings.server.children)
    clamav, hops, secret = scanner(settings, folder), next_hops(settings), certificate(settings)
    keeper = KeeperClient(keeping, settings.store.wait)
    checks = senders.checks(settings, children)
    sealer = senders.sealer(settings, children, checks)
    services = Services(
        hostname=settings.server.hostname,
        examiner=children,
        scanners=(clamav,),
        next_hop=hops,
        log=log,
        spools=folder,
        scan_raw_up_to=settings.clamav.raw_up_to,
        quarantine=keeper,
        notices=Notices(settings.paths.policies / "notices"),
        authenticator=checks,
        sealer=sealer,
        passes=Passes(settings.store.keys),
        hosting=keeper,
        finder=SandboxedFinder(children.errands),
        links=keeper,
    )
    door = Door(services, serving, door_settings(settings), secret or (lambda: None))
    milter = MilterDoor(services, serving, milter_settings(settings), door.admission)
    return Parts(door, milter, children, clamav, hops, keeper, secret, checks, sealer)


def door_settings(settings: Settings) -> DoorSettings:
    """Return the bounds of the door."""
    limits = settings.limits
    return DoorSettings(
        greeting_delay=limits.greeting_delay,
        command_seconds=limits.command,
        chunk_seconds=limits.chunk,
        ask_seconds=limits.ask,
        deadline_seconds=limits.deadline,
        connections=limits.connections,
        per_client=limits.per_client,
        in_flight=limits.in_flight,
        size=limits.size,
        recipients=limits.recipients,
        hops=limits.hops,
        postmaster=limits.postmaster,
        normalises=limits.bare_line_ends == "normalise",
        dsn=settings.relay.dsn,
        proxies=settings.listen.proxies,
        trusted=settings.listen.trusted,
        prdr=settings.listen.prdr,
    )


def milter_settings(settings: Settings) -> MilterSettings:
    """Return the bounds of the milter door."""
    limits = settings.limits
    return MilterSettings(
        deadline_seconds=limits.deadline,
        connections=limits.connections,
        in_flight=limits.in_flight,
        size=limits.size,
        recipients=limits.recipients,
        hops=limits.hops,
        passes_strangers=settings.milter.unknown_recipients == "accept",
        has_held=settings.milter.quarantined == "hold",
    )
