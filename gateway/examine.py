"""Floor 3: one function, from a raw message to everything that was found in it.

Splits, decodes every leaf into the store in one pass, identifies it, looks into containers and into text for
encoded files. Content never raises: damage, bounds and whatever cannot be understood are findings. Nothing here
decides; policy does.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain

from gateway.filetype.certain import certain_type
from gateway.filetype.identified import Identified, Note, Sniff
from gateway.filetype.names import HTML
from gateway.filetype.text import body_type
from gateway.mime.buffer import Buffer
from gateway.mime.charsets import as_utf8
from gateway.mime.decode import decoded
from gateway.mime.encodings import find_encoded
from gateway.mime.mailbox import mailbox_start
from gateway.mime.readings import AGREEABLE, Reading, readings
from gateway.mime.roles import role_of
from gateway.mime.split import split
from gateway.model.artifact import Artifact, Role
from gateway.model.examination import Examination
from gateway.model.finding import Finding, FindingKind, Gravity
from gateway.model.limits import Limits
from gateway.model.message import Part
from gateway.model.span import Span
from gateway.unpack.budget import Budget, Spent
from gateway.unpack.store import Store
from gateway.unpack.walk import Judge, Place, Walk

_MOST_LEVELS = 1
"""Readings of readings that are followed; the message is ambiguous without them too."""
_HIDDEN_PART = re.compile(rb"^Content-(?:Type|Transfer-Encoding|Disposition)[ \t]*:", re.IGNORECASE | re.MULTILINE)


def examine(data: Buffer, sniff: Sniff, limits: Limits, store: Store, clock: Callable[[], float]) -> Examination:
    """Look into the message `data`; `clock` gives seconds that only grow."""
    budget = Budget(limits, clock)
    message, findings = split(data, limits)
    looking = _Examination(data, Walk(store, sniff, budget, _message_in))
    try:
        looking.parts(message.root)
        findings = looking.other_readings(message.root, findings)
    except Spent as spent:
        looking.walk.note(looking.at, Note(spent.kind, spent.detail))
    return Examination(message, tuple(looking.walk.artifacts), (*findings, *looking.walk.findings))


def _message_in(walk: Walk, view: memoryview, at: Place) -> Iterator[Note]:
    """Look into a message that is a file itself, with what is left of the budget."""
    limits = walk.budget.limits
    if len(view) > limits.size:
        yield Note(FindingKind.CONTAINER_UNREADABLE, f"a message of more than {limits.size} bytes")
        return
    data = bytes(view)
    start = mailbox_start(data)
    if start < 0:
        yield Note(FindingKind.CONTAINER_UNREADABLE, "a mailbox of several messages")
        return
    data = data[start:]
    within = replace(limits, depth=limits.depth - len(at.part) - at.depth)
    message, findings = split(data, within, was_encoded=True)
    looking = _Examination(data, walk, at)
    try:
        looking.parts(message.root)
        findings = looking.other_readings(message.root, findings)
    finally:
        walk.findings += (replace(one, where=f"{at.where}/{one.where}") for one in findings)


def _certain(chunks: Iterable[bytes]) -> Iterable[bytes] | None:
    """Return the chunks of a file that its content shows; None for keys, tokens and prose."""
    waiting = iter(chunks)
    try:
        head = next(waiting, b"")
    except ValueError:
        return None
    return chain((head,), waiting) if certain_type(head) else None


def _files(artifacts: Iterable[Artifact]) -> Counter[tuple[str, tuple[str, ...]]]:
    """Return what a reader could save: content and names of everything but bodies and members."""
    return Counter((one.sha256, one.names) for one in artifacts if one.role not in {Role.BODY, Role.MEMBER})


def _told(labels: list[str], agree: bool, one: Finding) -> Finding:  # noqa: FBT001 - bound by partial
    """Name the readings of what a finding speaks of; where all of them agree, it is harmless."""
    if one.kind.gravity is not Gravity.AMBIGUOUS:
        return one
    if agree:
        return Finding(FindingKind.READERS_AGREE, one.where, f"{one.kind}: {one.detail}".removesuffix(": "))
    also = f"also read as {', '.join(labels)}" if labels else ""
    return replace(one, detail="; ".join(filter(None, (one.detail, also))))


def _with_parents(root: Part) -> Iterator[tuple[Part, Part | None]]:
    """Yield every part with the one around it, in the order of their bytes."""
    stack: list[tuple[Part, Part | None]] = [(root, None)]
    while stack:
        part, parent = stack.pop()
        yield part, parent
        stack.extend((child, part) for child in reversed(part.children))


class _Examination:
    """One message while it is looked into."""

    def __init__(self, data: Buffer, walk: Walk, around: Place | None = None, level: int = 0) -> None:
        self.data = data
        self.walk = walk
        self.around = around
        """The file that the message is, where it is one; or the reading of a part."""
        self.at = ""
        """The part that is being looked into."""
        self._level = level
        self._damaged: dict[str, set[FindingKind]] = {}
        self._files: list[tuple[tuple[int, ...], int, int]] = []

    def parts(self, root: Part) -> None:
        """Look into every part, as most readers see it."""
        for part, parent in _with_parents(root):
            self.at = part.where
            if self.around is None:
                self.walk.budget.spend_time()
            else:
                self.walk.budget.spend_member()
            first = len(self.walk.artifacts)
            self.part(part, parent)
            self._files.append((part.path, first, len(self.walk.artifacts)))

    def other_readings(self, root: Part, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Look into every part as other readers could see it; return `findings` with what these are."""
        kinds = dict(self._damaged)
        for one in findings:
            if one.kind.gravity is Gravity.AMBIGUOUS or one.kind is FindingKind.NUL_IN_HEADER:
                kinds.setdefault(one.where, set()).add(one.kind)
        if not kinds or self._level > _MOST_LEVELS:
            return findings
        said = {part.where: self._read(part, kinds[part.where]) for part in root.walk() if part.where in kinds}
        damage = FindingKind.ENCODING_AMBIGUOUS
        for at, one in enumerate(self.walk.findings if self.around is None else ()):
            if one.kind is damage and one.where in said:
                self.walk.findings[at] = said[one.where](one)
        return tuple(said[one.where](one) if one.where in said else one for one in findings)

    def _read(self, part: Part, kinds: set[FindingKind]) -> Callable[[Finding], Finding]:
        """Take what other readers see in a part; return how its findings are to be told."""
        self.at = part.where
        files = self._files_of(part)
        labels: list[str] = []
        agree = kinds <= AGREEABLE
        for reading in readings(self.data, part, kinds):
            labels.append(reading.label)
            if reading.is_noise:
                agree = False
                continue
            first = len(self.walk.artifacts)
            is_clear = self._entity(part, reading)
            agree = agree and (is_clear if reading.is_only else _files(self.walk.artifacts[first:]) == files)
        return partial(_told, labels, agree)

    def _entity(self, part: Part, reading: Reading) -> bool:
        """Look into one other reading of a part; tell whether nothing in it is ambiguous in its turn."""
        walk, limits = self.walk, self.walk.budget.limits
        walk.budget.spend_bytes(len(reading.entity))
        place = self._place(part, Role.ATTACHMENT, f"~{reading.label}")
        within = replace(limits, depth=limits.depth - len(part.path) - place.depth)
        message, findings = split(reading.entity, within, was_encoded=True)
        # What is ambiguous in it need not be said again; bounds and pieces of messages must.
        heavy = (one for one in findings if one.kind.gravity not in {Gravity.HARMLESS, Gravity.AMBIGUOUS})
        walk.findings += (replace(one, where=f"{place.where}/{one.where}") for one in heavy)
        looking = _Examination(reading.entity, walk, place, self._level + 1)
        looking.parts(message.root)
        told = looking.other_readings(message.root, findings)
        return all(one.kind.gravity is not Gravity.AMBIGUOUS for one in told)

    def _files_of(self, part: Part) -> Counter[tuple[str, tuple[str, ...]]]:
        size = len(part.path)
        spans = [(first, last) for path, first, last in self._files if path[:size] == part.path]
        return _files(one for first, last in spans for one in self.walk.artifacts[first:last])

    def part(self, part: Part, parent: Part | None) -> None:
        """Take a leaf as a file; of a composite part, what lies between its children."""
        if part.children:
            if self._level:
                return  # the other readings show these bytes as parts
            for number, gap in enumerate(part.gaps, 1):
                self._gap(part, gap, number)
        elif not (part.holds_encoded_message or (part.is_composite and self._level)):
            self._leaf(part, parent)

    def _leaf(self, part: Part, parent: Part | None) -> None:
        role = role_of(part, parent)
        place = self._place(part, role)
        damage: list[Finding] = []
        try:
            view = self.walk.take(place, decoded(self.data, part, damage), self._judge_for(part, parent, role))
        finally:
            self.walk.findings += (replace(one, where=place.where) for one in damage)
            if any(one.kind.gravity is Gravity.AMBIGUOUS for one in damage):
                self._damaged[part.where] = {FindingKind.ENCODING_AMBIGUOUS}
        if part.media_type.startswith(("text/", "multipart/")):
            self._encoded_files(view, place)
            text = as_utf8(view, part.charset)
            if text is not None:
                decoded_place = self._place(part, role, "/text")
                shown = self.walk.take(replace(decoded_place, declared=part.declared), (text,), self.walk.judge_shown)
                self._encoded_files(shown, decoded_place)

    def _place(self, part: Part, role: Role, below: str = "") -> Place:
        """Say where a part stands, or a file `below` it that has no names and claims of its own."""
        names, declared = ((), "") if below else (part.names, part.declared)
        around = self.around
        if around is None:
            return Place(part.where + below, role, part.path, names, declared)
        depth = around.depth + max(1, len(part.path))
        if self._level and not part.path and not below:
            return Place(around.where, role, around.part, names, declared, depth)
        return Place(f"{around.where}/{part.where}{below}", role, around.part, names, declared, depth)

    def _judge_for(self, part: Part, parent: Part | None, role: Role) -> Judge:
        if role in {Role.BODY, Role.REPORT}:
            return partial(self._judge_shown, part.charset)
        if role is Role.ATTACHMENT and parent is not None and parent.media_type == "multipart/encrypted":
            return self._judge_locked
        return self.walk.judge

    def _judge_shown(self, charset: str, view: memoryview, place: Place) -> tuple[Identified, Place]:
        """Identify a text that is shown, also in a character set without ASCII."""
        if charset and (text := as_utf8(view, charset)) is not None and body_type(view) is None:
            return self.walk.judge_shown(memoryview(text), place)
        return self.walk.judge_shown(view, place)

    def _judge_locked(self, view: memoryview, place: Place) -> tuple[Identified, Place]:
        """Identify a part of multipart/encrypted (RFC 1847 section 2.2): what is not its control part is locked."""
        found, place = self.walk.judge(view, place)
        if found.encrypted or place.part[-1:] == (1,):
            return found, place
        locked = Note(FindingKind.CONTAINER_ENCRYPTED, "multipart/encrypted")
        return Identified(found.media_type, (*found.notes, locked), encrypted=True), place

    def _encoded_files(self, view: memoryview, place: Place) -> None:
        """Take the files that mail programs and people decode from the text."""
        numbers: Counter[str] = Counter()
        for one in find_encoded(bytes(view)):
            chunks = one.chunks if one.is_marked else _certain(one.chunks)
            if chunks is None:
                continue
            numbers[one.coding] += 1
            names = (one.name,) if one.name else ()
            where = f"{place.where}/{one.coding}:{numbers[one.coding]}"
            if one.damage:
                self.walk.note(where, Note(FindingKind.ENCODING_AMBIGUOUS, one.damage))
            if one.is_piece:
                self.walk.note(where, Note(FindingKind.PARTIAL_MESSAGE, one.coding))
            self.walk.take(Place(where, Role.ATTACHMENT, place.part, names, "", place.depth), chunks)

    def _gap(self, part: Part, gap: Span, number: int) -> None:
        """Judge text outside the parts: prose is only what it is, anything else is a file."""
        raw = self.data[gap.start : gap.end]
        place = self._place(part, Role.ATTACHMENT, f"/gap:{number}")
        shown = body_type(memoryview(raw))
        if shown is None or shown.encrypted:
            self.walk.take(place, (raw,))
        elif _HIDDEN_PART.search(raw):
            hidden = Identified("message/rfc822", (Note(FindingKind.BODY_IS_NOT_TEXT, "a part outside the parts"),))
            self.walk.take(place, (raw,), lambda _, at: (hidden, at))
        else:
            if shown.media_type == HTML:
                self.walk.take(replace(place, role=Role.BODY), (raw,), self.walk.judge_shown)
            self._encoded_files(memoryview(raw), place)
