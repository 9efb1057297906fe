"""The bytes that stand in the place of what gives way, as edits on the message.

A part gives way with its header; where the header is a message's, only the fields about the content do. The
structure around stays as it came, and so does every byte outside the edits.
"""

from collections.abc import Callable, Iterator, Sequence

from gateway.edit.embedded import without_blocks
from gateway.edit.removal import Removal, holds_header
from gateway.mime.compose import CRLF, Entity, alternative, boundary_of
from gateway.model.facts import Facts
from gateway.model.message import Message, Part
from gateway.model.notice import Notice, NoticeFields, NoticeKind
from gateway.model.plan import Edit
from gateway.model.policy import Action, Policy
from gateway.model.span import Span
from gateway.policy.explain import help_link
from gateway.policy.names import shown

Read = Callable[[Span], bytes]
Write = Callable[[NoticeKind, Sequence[str], NoticeFields], Notice]


class Replacing:
    """Writes what takes the place of removed parts of one message."""

    def __init__(self, facts: Facts, message: Message, policy: Policy, write: Write, *, is_kept: bool) -> None:
        self._facts = facts
        self._root = message.root
        self._policy = policy
        self._write = write
        self._is_kept = is_kept

    def edits(self, one: Removal, original: Read) -> Iterator[Edit]:
        """Yield the edits for one removal; their spans do not overlap."""
        for number in one.gaps:
            yield Edit(one.part.gaps[number - 1], b"", one.what)
        if one.blocks:
            said = self.notice(one).text
            found = without_blocks(one.part, original, one.blocks, said)
            if found is not None:
                yield from (Edit(span, data, one.what) for span, data in found)
                return
        if one.blocks or one.is_whole:
            yield from self._part(one.part, self.entity(one), original, one.what)

    def entity(self, one: Removal) -> Entity:
        """Return what stands in the place of a part that goes as a whole."""
        notice = self.notice(one)
        params = [param for part in self._root.walk() for param in part.params]
        around = {value.encode("utf-8", "replace") for name, value in params if name == "boundary" and value}
        seed = f"{self._facts.id}/{self._facts.received_at!r}/{one.part.where}"
        return alternative(notice.text, notice.html, boundary_of(seed, around))

    def notice(self, one: Removal) -> Notice:
        """Word what the recipient is told."""
        kind = NoticeKind.HOSTED if one.action is Action.HOST else NoticeKind.REMOVED
        fields = NoticeFields(
            id=shown(self._facts.id),
            files=one.files,
            contact=self._policy.notices.contact,
            help_url=help_link(self._policy.replies.help_url, one.files[0].reason, self._facts.id),
            is_kept=self._is_kept,
        )
        return self._write(kind, self._policy.notices.languages, fields)

    def _part(self, part: Part, entity: Entity, original: Read, what: str) -> Iterator[Edit]:
        if not holds_header(part, self._root):
            yield Edit(part.whole, entity.whole, what)
            return
        ours = [field for field in part.fields if field.name.startswith(b"content-")]
        yield from (Edit(field.raw, b"", what) for field in ours)
        fields = entity.fields
        if not any(field.name == b"mime-version" for field in part.fields):
            fields = b"MIME-Version: 1.0\r\n" + fields
        head = original(part.head)
        blank = _blank(head)
        if not blank:  # a header that runs to the end of the part, or none at all
            ends_line = not head or head.endswith(b"\n") or any(field.raw.end == part.head.end for field in ours)
            fields = (b"" if ends_line else CRLF) + fields + CRLF
        at = part.head.end - len(blank)
        yield Edit(Span(at, at), fields, what)
        yield Edit(part.body, entity.body, what)


def _blank(head: bytes) -> bytes:
    """Return the blank line at the end of a header block; empty where none is."""
    for line in (CRLF, b"\n"):
        if head == line or head.endswith(b"\n" + line):
            return line
    return b""
