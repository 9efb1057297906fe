"""Floor 3: one function, from a raw message to everything that was found in it.

Splits, decodes every leaf into the store in one pass, identifies it, looks into containers and into text for
encoded files. Content never raises: damage, bounds and whatever cannot be understood are findings. Nothing here
decides; policy does.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from gateway.filetype.identified import Identified, Note, Sniff
from gateway.filetype.text import body_type
from gateway.mime.buffer import Buffer
from gateway.mime.decode import decoded
from gateway.mime.mailbox import mailbox_start
from gateway.mime.roles import role_of
from gateway.mime.split import split
from gateway.mime.uuencode import decode_block, find_blocks
from gateway.model.artifact import Role
from gateway.model.examination import Examination
from gateway.model.finding import Finding, FindingKind
from gateway.model.limits import Limits
from gateway.model.message import Part
from gateway.model.span import Span
from gateway.unpack.budget import Budget, Spent
from gateway.unpack.store import Store
from gateway.unpack.walk import Judge, Place, Walk

_UU_BEGIN = re.compile(rb"begin ")
_HIDDEN_PART = re.compile(rb"^Content-(?:Type|Transfer-Encoding|Disposition)[ \t]*:", re.IGNORECASE | re.MULTILINE)


def examine(data: Buffer, sniff: Sniff, limits: Limits, store: Store, clock: Callable[[], float]) -> Examination:
    """Look into the message `data`; `clock` gives seconds that only grow."""
    budget = Budget(limits, clock)
    message, findings = split(data, limits)
    looking = _Examination(data, Walk(store, sniff, budget, _message_in))
    try:
        for part, parent in _with_parents(message.root):
            budget.spend_time()
            looking.part(part, parent)
    except Spent as spent:
        looking.walk.note(part.where, Note(spent.kind, spent.detail))
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
    message, findings = split(data, replace(limits, depth=limits.depth - len(at.part) - at.depth))
    walk.findings += (replace(one, where=f"{at.where}/{one.where}") for one in findings)
    looking = _Examination(data, walk, at)
    for part, parent in _with_parents(message.root):
        walk.budget.spend_member()
        looking.part(part, parent)


def _with_parents(root: Part) -> Iterator[tuple[Part, Part | None]]:
    """Yield every part with the one around it, in the order of their bytes."""
    stack: list[tuple[Part, Part | None]] = [(root, None)]
    while stack:
        part, parent = stack.pop()
        yield part, parent
        stack.extend((child, part) for child in reversed(part.children))


class _Examination:
    """One message while it is looked into."""

    def __init__(self, data: Buffer, walk: Walk, around: Place | None = None) -> None:
        self.data = data
        self.walk = walk
        self.around = around
        """The file that the message is, where it is one."""

    def part(self, part: Part, parent: Part | None) -> None:
        """Take a leaf as a file; of a composite part, what lies between its children."""
        if part.children:
            for number, gap in enumerate(part.gaps, 1):
                self._gap(part, gap, number)
        else:
            self._leaf(part, parent)

    def _leaf(self, part: Part, parent: Part | None) -> None:
        role = role_of(part, parent)
        place = self._place(part, role)
        damage: list[Finding] = []
        try:
            view = self.walk.take(place, decoded(self.data, part, damage), self._judge_for(role, parent))
        finally:
            self.walk.findings += (replace(one, where=place.where) for one in damage)
        if part.media_type.startswith("text/"):
            self._encoded_files(view, place)

    def _place(self, part: Part, role: Role, below: str = "") -> Place:
        """Say where a part stands, or a file `below` it that has no names and claims of its own."""
        names, declared = ((), "") if below else (part.names, part.declared)
        around = self.around
        if around is None:
            return Place(part.where + below, role, part.path, names, declared)
        depth = around.depth + max(1, len(part.path))
        return Place(f"{around.where}/{part.where}{below}", role, around.part, names, declared, depth)

    def _judge_for(self, role: Role, parent: Part | None) -> Judge:
        if role in {Role.BODY, Role.REPORT}:
            return self.walk.judge_shown
        if role is Role.ATTACHMENT and parent is not None and parent.media_type == "multipart/encrypted":
            return self._judge_locked
        return self.walk.judge

    def _judge_locked(self, view: memoryview, place: Place) -> tuple[Identified, Place]:
        """Identify a part of multipart/encrypted (RFC 1847 section 2.2): what is not its control part is locked."""
        found, place = self.walk.judge(view, place)
        if found.encrypted or place.part[-1:] == (1,):
            return found, place
        locked = Note(FindingKind.CONTAINER_ENCRYPTED, "multipart/encrypted")
        return Identified(found.media_type, (*found.notes, locked), encrypted=True), place

    def _encoded_files(self, view: memoryview, place: Place) -> None:
        """Take the uuencoded files that mail programs show beside the text."""
        if _UU_BEGIN.search(view) is None:
            return
        text = bytes(view)
        for number, block in enumerate(find_blocks(text), 1):
            name = (block.name,) if block.name else ()
            encoded = Place(f"{place.where}/uu:{number}", Role.ATTACHMENT, place.part, name, "", place.depth)
            if block.is_damaged:
                self.walk.note(encoded.where, Note(FindingKind.ENCODING_AMBIGUOUS, "uuencode"))
            self.walk.take(encoded, decode_block(text, block))

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
            self._encoded_files(memoryview(raw), place)
