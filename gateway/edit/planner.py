"""From a verdict to edits on the message: fields on top, notices for what goes, every other byte as it came.

What the gateway adds to the header stands above all that the sender wrote, so that no signature breaks by that; our
own words are taken out of the sender's mouth. The order of everything is that of the message.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from gateway.edit.banner import banners
from gateway.edit.removal import removals
from gateway.edit.replace import Read, Replacing, Write
from gateway.edit.subject import new_subject, prefixed
from gateway.edit.trace import received, removed, tags
from gateway.mime.compose import Entity
from gateway.model.facts import Facts
from gateway.model.message import Message
from gateway.model.notice import Link, NoticeFields, NoticeKind
from gateway.model.plan import Edit, Plan
from gateway.model.policy import Action, Policy
from gateway.model.span import Span
from gateway.model.verdict import Verdict
from gateway.policy.names import shown

OURS = b"x-postern-"
"""How names of fields begin that only we may write."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a plan is made with."""

    hostname: str
    """Our own name."""
    original: Read
    """Reads a span of the message as it came."""
    write: Write
    """Words notices."""
    eight_bit: bool = False
    """The message holds bytes above 127 anyway."""


@dataclass(frozen=True, slots=True)
class Extras:
    """What others have to say about the same message."""

    links: Sequence[Link] = ()
    """To the files that are hosted."""
    top: bytes = b""
    """Fields below the trace field, each with its line end."""
    forged: AbstractSet[Span] = frozenset()
    """Fields of the message's header that go, as `HeaderField.raw` has them."""
    relinked: Sequence[Edit] = ()
    """New links inside the texts; nothing else gives way to them."""


NOTHING = Extras()


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different in a message that is written anew."""

    top: bytes
    """Fields above all others."""
    fields: Mapping[Span, bytes]
    """Fields that change, by where they stood; empty bytes for those that go."""
    entities: Mapping[str, Entity]
    """What stands in the place of parts, by `Part.where`."""
    edits: tuple[Edit, ...]
    """The same for the log, over the message as it came."""


def make_plan(
    facts: Facts, verdict: Verdict, message: Message, policy: Policy, desk: Desk, extras: Extras = NOTHING
) -> Plan:
    """Return the edits for a message that is relayed. Raises `Uneditable` where it must not be."""
    making = _Making(facts, verdict, message, policy, desk, extras)
    edits = sorted((*making.header(), *making.content()), key=lambda one: (one.span.start, one.span.end))
    return Plan((Edit(Span(0, 0), making.top()), *edits))


def make_changes(
    facts: Facts, verdict: Verdict, message: Message, policy: Policy, desk: Desk, extras: Extras = NOTHING
) -> Changes:
    """Return what is different in a message that is written anew. Raises `Uneditable` where it must not leave."""
    making = _Making(facts, verdict, message, policy, desk, extras)
    header = list(making.header())
    entities = {one.part.where: making.replacing.entity(one) for one in making.removals if not one.gaps}
    edits = [Edit(one.part.whole, entities[one.part.where].whole, one.what) for one in making.removals if not one.gaps]
    return Changes(making.top(), {edit.span: edit.data for edit in header}, entities, tuple(edits))


class _Making:
    """One plan while it is made."""

    def __init__(
        self, facts: Facts, verdict: Verdict, message: Message, policy: Policy, desk: Desk, extras: Extras
    ) -> None:
        self._facts = facts
        self._verdict = verdict
        self._root = message.root
        self._policy = policy
        self._desk = desk
        self._extras = extras
        self._marks = [one for one in verdict.judgements if one.action is Action.TAG] if verdict.action else []
        self.removals = removals(facts, verdict, message, policy, extras.links)
        self.replacing = Replacing(facts, message, policy, desk.write, is_kept=verdict.keeps)

    def top(self) -> bytes:
        """Return the fields that stand above all others."""
        top = received(self._facts, self._verdict, self._desk.hostname) + self._extras.top
        if self._verdict.action > Action.ALLOW:
            top += tags(self._verdict) + removed(self._facts, self.removals)
        if self._has_prefix() and not any(field.name == b"subject" for field in self._root.fields):
            top += new_subject(self._policy.tagging.subject_prefix)
        return top

    def header(self) -> Iterator[Edit]:
        """Yield the edits on the message's own fields."""
        wants_prefix, forged = self._has_prefix(), self._extras.forged
        for field in self._root.fields:
            if forged and field.raw in forged:
                yield Edit(field.raw, b"", "forged")
            elif field.name.startswith(OURS):
                yield Edit(field.raw, b"", "ours")
            elif wants_prefix and field.name == b"subject":
                wants_prefix = False
                raw = self._desk.original(field.raw)
                at = field.value.start - field.raw.start
                changed = prefixed(self._policy.tagging.subject_prefix, raw[:at], raw[at:])
                if changed != raw:
                    yield Edit(field.raw, changed, "subject")

    def content(self) -> Iterator[Edit]:
        """Yield the edits on the parts."""
        edits = [edit for one in self.removals for edit in self.replacing.edits(one, self._desk.original)]
        if self._marks and self._policy.tagging.banner:
            gone = [edit.span for edit in edits]
            edits += [
                edit
                for edit in self._banners()
                if not any(edit.span.overlaps(span) or span.contains(edit.span) for span in gone)
            ]
        yield from edits
        yield from (one for one in self._extras.relinked if not any(_collide(one.span, other.span) for other in edits))

    def _banners(self) -> Iterator[Edit]:
        reasons = dict.fromkeys(one.reason for one in self._marks)
        fields = NoticeFields(
            id=shown(self._facts.id), files=(), contact=self._policy.notices.contact, reasons=tuple(reasons)
        )
        said = self._desk.write(NoticeKind.BANNER, self._policy.notices.languages, fields)
        return banners(self._root, said, self._desk.original, eight_bit=self._desk.eight_bit)

    def _has_prefix(self) -> bool:
        return bool(self._marks) and bool(self._policy.tagging.subject_prefix)


def _collide(one: Span, other: Span) -> bool:
    """Tell whether an edit cannot stand beside another; an insertion may touch it."""
    return one.overlaps(other) or one.start < other.start == other.end < one.end
