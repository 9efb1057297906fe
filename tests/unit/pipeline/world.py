"""A small world for the path of one message: stand-ins that say what a test tells them to say."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.adapters.notices import NoticeTemplates
from gateway.model.artifact import Artifact, Role
from gateway.model.envelope import Envelope, Peer, Recipient, Sender
from gateway.model.examination import Examination
from gateway.model.families import Family
from gateway.model.finding import Finding
from gateway.model.limits import Deadline, Limits
from gateway.model.message import Message, Part
from gateway.model.policy import Action, Policy
from gateway.model.record import MessageRecord
from gateway.model.reply import Reply
from gateway.model.scan import Outcome, ScanResult
from gateway.model.span import Span
from gateway.model.tenant import Group, Hop, Route, Scheme
from gateway.pipeline.job import Job
from gateway.pipeline.services import Services
from gateway.ports.delivery import Conversation, Delivery, Outgoing
from gateway.ports.inspection import Inspection, Scannable
from gateway.ports.quarantine import Case
from gateway.ports.spool import Spool

DATA = b"Subject: hi\r\nMessage-ID: <1@sender.example>\r\n\r\nhello\r\n"
DELIVERED = Reply(250, "0.0", ("queued as 1",))
TEXT = Family("text", "text", frozenset({"txt"}), frozenset({"text/plain"}), frozenset({"text/plain"}))
POLICY = Policy("default", "v1", "f", (TEXT,), (), ("text",), Action.REJECT)


class Bytes:
    """A spool over bytes in memory."""

    def __init__(self, data: bytes = b"") -> None:
        self._data = data
        self.is_dotless = False
        self.is_closed = False

    @property
    def size(self) -> int:
        return len(self._data)

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        self._data += chunk

    def fileno(self) -> int:
        raise NotImplementedError

    def descriptor_of(self, span: Span) -> int | None:
        raise NotImplementedError

    def chunks(self, span: Span | None = None) -> Iterator[bytes]:
        yield self._data[span.start : span.end] if span else self._data

    def close(self) -> None:
        self.is_closed = True


def artifact(where: str, content: bytes = b"hello", detected: str = "text/plain") -> Artifact:
    """Return an attached file."""
    digest = hashlib.sha256(content).hexdigest()
    return Artifact(
        where, Role.ATTACHMENT, (), "text/plain", detected, len(content), digest, 0, (), Span(0, len(content))
    )


@dataclass
class FixedExaminer:
    """Finds what it is told to find."""

    artifacts: tuple[Artifact, ...] = (artifact("1"),)
    findings: tuple[Finding, ...] = ()
    error: Exception | None = None
    scratch: Bytes = field(default_factory=lambda: Bytes(b"hello"))

    async def examine(self, spool: Spool, limits: Limits, deadline: Deadline) -> Inspection:
        if self.error:
            raise self.error
        whole = Span(0, spool.size)
        root = Part((), whole, whole, whole, (), "text/plain", "", (), "", "7bit", ())
        return Inspection(Examination(Message(spool.size, root), self.artifacts, self.findings), self.scratch)


@dataclass
class FixedScanner:
    """Calls contents infected by their digest, and remembers what it was asked."""

    infected: frozenset[str] = frozenset()
    otherwise: Outcome = Outcome.CLEAN
    forgets: int = 0
    asked: list[str] = field(default_factory=list)

    async def scan(self, files: Sequence[Scannable], deadline: Deadline) -> Sequence[ScanResult]:
        self.asked += [file.where for file in files]
        results = [
            ScanResult(file.where, Outcome.INFECTED, "Eicar")
            if file.sha256 in self.infected
            else ScanResult(file.where, self.otherwise)
            for file in files
        ]
        return results[: len(results) - self.forgets]


@dataclass
class FixedOutlet:
    """Answers as told, and remembers what left."""

    answer: Reply | Exception = DELIVERED
    taken: list[Outgoing] = field(default_factory=list)

    async def deliver(self, outgoing: Outgoing, deadline: Deadline) -> Delivery:
        self.taken.append(outgoing)
        if isinstance(self.answer, Exception):
            raise self.answer
        return Delivery(self.answer, "smtp://next:25", self.answer)


@dataclass
class Records:
    """Keeps the records."""

    kept: list[MessageRecord] = field(default_factory=list)

    def write(self, record: MessageRecord) -> None:
        self.kept.append(record)


@dataclass
class Cabinet:
    """Keeps what it is given, or fails as told."""

    error: Exception | None = None
    kept: list[tuple[Case, bytes]] = field(default_factory=list)

    async def keep(self, case: Case, original: Spool, deadline: Deadline) -> None:
        if self.error:
            raise self.error
        self.kept.append((case, b"".join(original.chunks())))


class NoHop:
    """No message of these tests asks for a conversation of its own."""

    async def open(self, route: Route, deadline: Deadline) -> Conversation:
        raise NotImplementedError


def services(examiner: FixedExaminer, scanner: FixedScanner, log: Records, raw: int = 1000) -> Services:
    """Return the ports of this world."""
    return Services("mx.example", examiner, (scanner,), NoHop(), log, Bytes, raw, Cabinet(), NoticeTemplates())


def job(data: bytes = DATA) -> Job:
    """Return a message on its way."""
    envelope = Envelope(Peer("127.0.0.1", 1), Sender("a@b.example"), (Recipient("c@d.example"),))
    route = Route((Hop(Scheme.SMTP, "next", 25),))
    return Job(
        "id1", 0.0, envelope, Group(("acme",), POLICY, route), Bytes(data), False, Deadline(time.monotonic() + 60)
    )
