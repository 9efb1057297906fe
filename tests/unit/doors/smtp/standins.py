"""A world around the SMTP door: a next hop that answers by script, and inspection that finds nothing.

Stand-ins, because only a scripted next hop shows its faults on demand; the door and the path of the message are
the real ones.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from gateway.adapters.notices import NoticeTemplates
from gateway.doors.smtp.door import Door, DoorSettings
from gateway.doors.smtp.settings import Networks
from gateway.model.envelope import Envelope, Recipient, Sender
from gateway.model.errors import Deferred, UnknownOutcome
from gateway.model.limits import Deadline, Limits
from gateway.model.policy import Action, MixedRecipients, Policy
from gateway.model.policyset import PolicySet
from gateway.model.reply import NEXT_HOP_DOWN, Reply
from gateway.model.tenant import Hop, Route, Scheme, Tenant
from gateway.pipeline.services import Services
from gateway.ports.delivery import Conversation, HopFeatures, Stretch
from tests.unit.pipeline.world import Bytes, Cabinet, FixedExaminer, FixedScanner, Records

SENDER_OK = Reply(250, "1.0", ("sender taken",))
RECIPIENT_OK = Reply(250, "1.5", ("recipient taken",))
TAKEN = Reply(250, "0.0", ("queued as 4711",))
FEATURES = HopFeatures("smtp://hop:25", size=None, body8bit=True, smtputf8=True)


@dataclass
class ScriptedHop:
    """Answers as told, remembers what it was asked."""

    answers: dict[str, Reply | Exception] = field(default_factory=dict)
    """By "open", "mail", "rcpt ADDRESS", "message" or "message ADDRESS" (of the first recipient)."""
    features: HopFeatures = FEATURES
    asked: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    stretches: int = 0
    """Parts that were named by their place."""
    held: int = 0
    """Conversations that were opened and not released."""
    gate: asyncio.Event | None = None
    """If set, `message` waits for it."""
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when `message` is called."""

    async def open(self, route: Route, deadline: Deadline) -> Conversation:
        self.answer("open", f"open {route}", SENDER_OK)
        self.held += 1
        return ScriptedConversation(self)

    def answer(self, key: str, asked: str, otherwise: Reply) -> Reply:
        """Remember the question and find its answer."""
        self.asked.append(asked)
        found = self.answers.get(key, otherwise)
        if isinstance(found, Exception):
            raise found
        return found


@dataclass
class ScriptedConversation:
    """One conversation with the scripted hop."""

    hop: ScriptedHop
    first: str = ""

    @property
    def features(self) -> HopFeatures:
        return self.hop.features

    async def mail(
        self,
        sender: Sender,
        envelope: Envelope,
        size: int | None,
        deadline: Deadline,
        first: Recipient | None = None,
    ) -> Reply:
        words = (f"mail <{sender.address or ''}>", f"size={size}" if size else "", "utf8" if envelope.smtputf8 else "")
        return self.hop.answer("mail", " ".join(filter(None, words)), SENDER_OK)

    async def rcpt(self, recipient: Recipient, deadline: Deadline) -> Reply:
        reply = self.hop.answer(f"rcpt {recipient.address}", f"rcpt <{recipient.address}>", RECIPIENT_OK)
        if reply.is_positive:
            self.first = self.first or recipient.address
        return reply

    async def message(self, chunks: Iterable[bytes | Stretch], deadline: Deadline) -> Reply:
        self.hop.reached.set()
        if self.hop.gate:
            await self.hop.gate.wait()
        own = f"message {self.first}"
        reply = self.hop.answer(own if own in self.hop.answers else "message", "message", TAKEN)
        parts = list(chunks)
        self.hop.stretches += sum(isinstance(part, Stretch) for part in parts)
        self.hop.messages.append(b"".join(map(_whole, parts)))
        return reply

    async def release(self) -> None:
        self.hop.asked.append("release")
        self.hop.held -= 1


def _whole(chunk: bytes | Stretch) -> bytes:
    return chunk if isinstance(chunk, bytes) else b"".join(chunk.spool.chunks(chunk.span))


DOWN = Deferred(NEXT_HOP_DOWN.reply(), "down")
SILENT = UnknownOutcome(NEXT_HOP_DOWN.reply(), "no answer to the dot")


def tenant(
    name: str,
    *domains: str,
    fingerprint: str = "same",
    hop: str = "hop",
    size: int = 100_000,
    mixed: MixedRecipients = MixedRecipients.SPLIT,
) -> Tenant:
    """Return a tenant that lets everything pass that is not too large."""
    policy = Policy(name, "v1", fingerprint, (), (), (), Action.ALLOW, limits=Limits(size=size), mixed_recipients=mixed)
    return Tenant(name, domains, (), policy, Route((Hop(Scheme.SMTP, hop, 25),)))


TENANTS = (
    tenant("acme", "acme.example", "*.wild.example", "m\u00fcller.example"),
    tenant("beta", "beta.example"),
    tenant("other", "other.example", fingerprint="other"),
    tenant("away", "away.example", hop="away"),
    tenant("small", "small.example", fingerprint="small", size=100),
    tenant("holding", "holding.example", fingerprint="holding", mixed=MixedRecipients.HOLD),
    tenant("far", "far.example", fingerprint="holding", hop="away", mixed=MixedRecipients.HOLD),
    tenant("tight", "tight.example", fingerprint="tight", size=100, mixed=MixedRecipients.HOLD),
)


def policies() -> PolicySet:
    """Return the tenants of this world."""
    by_domain = {domain.encode("idna").decode(): one for one in TENANTS for domain in one.domains}
    return PolicySet("v1", TENANTS, {"vip@acme.example": TENANTS[2]}, by_domain)


@dataclass
class World:
    """A door, and what stands around it."""

    settings: DoorSettings = field(default_factory=lambda: DoorSettings(last_word_seconds=1.0))
    hop: ScriptedHop = field(default_factory=ScriptedHop)
    examiner: FixedExaminer = field(default_factory=lambda: FixedExaminer(artifacts=()))
    records: Records = field(default_factory=Records)
    spools: list[Bytes] = field(default_factory=list)
    cabinet: Cabinet = field(default_factory=Cabinet)

    def spool(self) -> Bytes:
        """Make a spool, and remember it."""
        self.spools.append(Bytes())
        return self.spools[-1]

    def services(self) -> Services:
        """Return the ports."""
        return Services(
            hostname="mx.example",
            examiner=self.examiner,
            scanners=(FixedScanner(),),
            next_hop=self.hop,
            log=self.records,
            spools=self.spool,
            scan_raw_up_to=0,
            quarantine=self.cabinet,
            notices=NoticeTemplates(),
        )

    def door(self, **settings: float | str | Networks) -> Door:
        """Make the door, with some settings changed."""
        self.settings = replace(self.settings, **settings)  # type: ignore[arg-type]
        return Door(self.services(), policies, self.settings, lambda: None)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that the door does not announce."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


@asynccontextmanager
async def listening(door: Door, *, lmtp: bool = False) -> AsyncIterator[int]:
    """Serve the door on a port of the loopback; leave with nothing left behind."""
    protocol = door.lmtp if lmtp else door.protocol
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await door.drain(0)
        await server.wait_closed()
