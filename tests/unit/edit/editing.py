"""Messages that are examined, judged by hand and edited, for tests of what leaves."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property

from gateway.adapters.libmagic import Libmagic
from gateway.adapters.notices import NoticeTemplates
from gateway.edit.planner import NOTHING, Desk, Extras, make_changes, make_plan
from gateway.edit.rebuild import Source, rebuild
from gateway.examine import examine
from gateway.mime.splice import pieces
from gateway.model.examination import Examination
from gateway.model.facts import Facts
from gateway.model.limits import Limits
from gateway.model.plan import Plan
from gateway.model.policy import Action, Policy
from gateway.model.span import Span
from gateway.model.verdict import Judgement, Verdict
from gateway.unpack.store import MemoryStore
from tests.unit.policy.samples import facts as some_facts
from tests.unit.policy.samples import policy as some_policy

SNIFF = Libmagic()
WRITER = NoticeTemplates()


@dataclass(frozen=True)
class Edit:
    """One message and what is to be done to it: places and actions."""

    raw: bytes
    actions: dict[str, Action]
    by: Policy
    extras: Extras = NOTHING
    limits: Limits = Limits()

    @cached_property
    def store(self) -> MemoryStore:
        return MemoryStore()

    @cached_property
    def seen(self) -> Examination:
        return examine(self.raw, SNIFF, self.limits, self.store, lambda: 0.0)

    @cached_property
    def facts(self) -> Facts:
        """Return what is known of the message."""
        return replace(some_facts(), size=len(self.raw), artifacts=self.seen.artifacts, findings=self.seen.findings)

    @property
    def verdict(self) -> Verdict:
        """Return a verdict with a judgement for each action."""
        names = {one.where: one.names[0] if one.names else "" for one in self.seen.artifacts}
        judgements = tuple(
            Judgement(where, action, "type_not_allowed", "otherwise", names.get(where, ""))
            for where, action in sorted(self.actions.items(), key=lambda one: -one[1])
        )
        return Verdict(max(self.actions.values(), default=Action.ALLOW), judgements, "acme", "v1")

    def desk(self) -> Desk:
        return Desk("mx.test", lambda span: self.raw[span.start : span.end], WRITER.write)

    @cached_property
    def plan(self) -> Plan:
        """Return the edits."""
        return make_plan(self.facts, self.verdict, self.seen.message, self.by, self.desk(), self.extras)

    @cached_property
    def new(self) -> bytes:
        """Return what leaves."""
        return b"".join(
            one if isinstance(one, bytes) else self.raw[one.start : one.end] for one in pieces(len(self.raw), self.plan)
        )

    @property
    def rebuilt(self) -> bytes:
        """Return what leaves where the message is written anew."""
        changes = make_changes(self.facts, self.verdict, self.seen.message, self.by, self.desk(), self.extras)
        source = Source(
            lambda span: self.raw[span.start : span.end],
            lambda span: [bytes(self.store.view(span))] if len(span) else [],
            "seed",
        )
        new = rebuild(self.seen.message, self.seen.artifacts, source, changes.fields, changes.entities)
        return changes.top + b"".join(new)


def edit(
    raw: bytes, *, strip: Iterable[str] = (), tag: Iterable[str] = (), extras: Extras = NOTHING, **changes: object
) -> Edit:
    """Return an edit that strips and marks what stands at these places, under a policy with some changes."""
    actions = dict.fromkeys(strip, Action.STRIP) | dict.fromkeys(tag, Action.TAG)
    return Edit(raw, actions, some_policy(**changes), extras)


def outside(one: Edit) -> bytes:
    """Return the bytes of the original that no edit touches."""
    at, kept = 0, b""
    for change in one.plan.edits:
        kept += one.raw[at : change.span.start]
        at = change.span.end
    return kept + one.raw[at:]


def parsed(raw: bytes) -> EmailMessage:
    """Return a message as the standard library reads it."""
    return message_from_bytes(raw, policy=policy.SMTP)


def tree(message: EmailMessage) -> list[str]:
    """Return the types of all parts, in order."""
    return [part.get_content_type() for part in message.walk()]


def content_at(message: EmailMessage, *path: int) -> str:
    """Return the text of the part to which child numbers from 0 lead."""
    part: object = message
    for number in path:
        assert isinstance(part, EmailMessage)
        part = part.get_payload()[number]  # type: ignore[index]
    assert isinstance(part, EmailMessage)
    return str(part.get_content())


def span_of(raw: bytes, piece: bytes) -> Span:
    """Return where a piece stands."""
    at = raw.index(piece)
    return Span(at, at + len(piece))
