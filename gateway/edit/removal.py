"""Which parts of a message give way, and to what: from judgements to places in the tree.

A file inside another takes the outermost part with it; a part inside one that goes needs no mention of its own.
Nothing that a policy will not have in a message stays because its place is odd: where only the message as a whole
is named, or nobody knows all that is in it, the whole content goes.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from gateway.model.artifact import Artifact, Role
from gateway.model.facts import Facts
from gateway.model.finding import FindingKind, Gravity
from gateway.model.message import Message, Part
from gateway.model.notice import Link, NoticeFile
from gateway.model.policy import Action, Policy, SignedMail
from gateway.model.verdict import Judgement, Verdict
from gateway.policy.names import shown

MOST_INSIDE = 10
"""Files inside a part that its notice names."""
SEALED = frozenset({"multipart/signed", "multipart/encrypted"})
"""Types whose parts cannot change without breaking a signature or lock (RFC 1847)."""
_PLACE = re.compile(
    r"(?P<part>\d+(?:\.\d+)*)(?:(?:/gap:(?P<gap>\d{1,4})|/(?P<block>(?:uu|xx|base64|yenc):\d{1,6}))(?:/.*)?|[/~].*)?",
    re.DOTALL,
)
_UNKNOWN_HEADER = frozenset({FindingKind.HEADER_TOO_LARGE, FindingKind.TOO_MANY_FIELDS})
"""Then there may be structural fields that nobody has seen."""


class Uneditable(Exception):
    """What must not pass cannot be taken out; the message must not leave."""

    def __init__(self, reason: str, why: str) -> None:
        super().__init__(why)
        self.reason = reason
        """The reason word of what must not pass."""


@dataclass(frozen=True, slots=True)
class Removal:
    """One place that gives way."""

    part: Part
    files: tuple[NoticeFile, ...]
    action: Action
    """HOST or STRIP."""
    rule: str
    blocks: tuple[str, ...] = ()
    """Files that stand encoded in a text, such as "uu:1", where the text around them stays."""
    gaps: tuple[int, ...] = ()
    """Texts outside the parts of a multipart, counted from 1, where the parts stay."""

    @property
    def what(self) -> str:
        """What is done where, for the log."""
        return f"{self.action.word} {self.part.where}"

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing of the part stays."""
        return not (self.blocks or self.gaps)


def removals(
    facts: Facts, verdict: Verdict, message: Message, policy: Policy, links: Sequence[Link] = ()
) -> tuple[Removal, ...]:
    """Return what gives way, in the order of the message. Raises `Uneditable`."""
    if verdict.action < Action.HOST:
        return ()
    unwanted = [one for one in verdict.judgements if one.action in {Action.STRIP, Action.HOST}]
    parts = {part.where: part for part in message.root.walk()}
    groups: dict[str, list[_Unwanted]] = {}
    for one in _told(unwanted, facts, parts):
        groups.setdefault(one.part or message.root.where, []).append(one)
    made = [_removal(parts[where], group, facts, links) for where, group in groups.items()]
    kept = tuple(_outermost(sorted(made, key=lambda one: one.part.path)))
    _check(kept, message.root, facts, policy)
    return kept


@dataclass(frozen=True, slots=True)
class _Unwanted:
    """A judgement, and what of the message it is about."""

    judgement: Judgement
    part: str
    """Empty for all of it."""
    gap: int = 0
    block: str = ""


def _told(judgements: Iterable[Judgement], facts: Facts, parts: Mapping[str, Part]) -> Iterator[_Unwanted]:
    """Say what of the message each judgement is about, and add what nobody has looked at."""
    encoded = {one.where for one in facts.artifacts if one.role is Role.ATTACHMENT and one.depth == 0}
    for one in judgements:
        place = _PLACE.fullmatch(one.where)
        part = parts.get(place["part"]) if place else None
        if place is None or part is None:
            yield _Unwanted(one, "")
            continue
        gap, block = int(place["gap"] or 0), place["block"] or ""
        yield _Unwanted(
            one,
            part.where,
            gap=gap if part.children and gap <= len(part.gaps) else 0,
            block=block if f"{part.where}/{block}" in encoded else "",
        )
    if any(one.kind.gravity is Gravity.TOO_COMPLEX for one in facts.findings):
        yield from _unseen({one.where for one in facts.artifacts}, parts.values())


def _unseen(seen: AbstractSet[str], parts: Iterable[Part]) -> Iterator[_Unwanted]:
    """Yield the parts that nobody looked at, and all text outside parts, of which nobody can tell."""
    for part in parts:
        for number in range(1, len(part.gaps) + 1):
            told = Judgement(f"{part.where}/gap:{number}", Action.STRIP, "too_complex", "over_limit")
            yield _Unwanted(told, part.where, gap=number)
        if not part.children and part.where not in seen:
            yield _Unwanted(Judgement(part.where, Action.STRIP, "too_complex", "over_limit"), part.where)


def _removal(part: Part, group: Sequence[_Unwanted], facts: Facts, links: Sequence[Link]) -> Removal:
    """Join what is unwanted in one part; a link takes its place only where nothing in it is stripped."""
    is_whole = any(not (one.block or one.gap) for one in group)
    blocks = () if is_whole else tuple(sorted({one.block for one in group if one.block}))
    gaps = () if is_whole else tuple(sorted({one.gap for one in group if one.gap}))
    judgements = [one.judgement for one in group]
    worst = max(judgements, key=lambda one: one.action)
    by_where = {one.where: one for one in facts.artifacts}
    if worst.action is Action.HOST:
        files = _cards(judgements, {part.where, *(one.where for one in judgements)}, links)
    elif is_whole:
        files = (_file(part, judgements, by_where),)
    else:
        files = tuple(_shown(one, by_where.get(one.where)) for one in judgements)
    return Removal(part, files, worst.action, worst.rule, blocks, gaps)


def _cards(judgements: Sequence[Judgement], places: AbstractSet[str], links: Sequence[Link]) -> tuple[NoticeFile, ...]:
    """Return what the links to the files of one part say."""
    reason = judgements[0].reason
    found = [one for one in links if one.part in places]
    if not found:
        raise Uneditable(reason, f"{judgements[0].where} is to be hosted, and no link came for it")
    return tuple(
        NoticeFile(shown(one.name, utf8=True), one.size, shown(one.type), reason, one.url, one.expires_at)
        for one in found
    )


def _file(part: Part, judgements: Sequence[Judgement], by_where: dict[str, Artifact]) -> NoticeFile:
    """Describe a part that goes as a whole, and what in it is the reason."""
    own = next((one for one in judgements if one.where == part.where), None)
    worst = own or judgements[0]
    named = Judgement(part.where, worst.action, worst.reason, worst.rule, next(iter(part.names), ""))
    about = _shown(named, by_where.get(part.where), part.media_type)
    inside = [one for one in judgements if one.where.startswith(f"{part.where}/")]
    shown_inside = tuple(_shown(one, by_where.get(one.where)) for one in inside[:MOST_INSIDE])
    return NoticeFile(
        about.name, about.size, about.type, about.reason, inside=shown_inside, more=len(inside) - len(shown_inside)
    )


def _shown(one: Judgement, artifact: Artifact | None, declared: str = "") -> NoticeFile:
    """Return a file as it may be shown."""
    own = artifact.names[0] if artifact and artifact.names else ""
    kind, size = (artifact.detected, artifact.size) if artifact else (declared, -1)
    return NoticeFile(shown(one.name or own, utf8=True), size, shown(kind), one.reason)


def _outermost(removals: Iterable[Removal]) -> Iterator[Removal]:
    """Leave out what lies in a part that goes as a whole; `removals` come outer parts first."""
    whole: list[tuple[int, ...]] = []
    for one in removals:
        if any(one.part.path[: len(path)] == path for path in whole):
            continue
        if one.is_whole:
            whole.append(one.part.path)
        yield one


def _check(removals: Iterable[Removal], root: Part, facts: Facts, policy: Policy) -> None:
    """Raise `Uneditable` where an edit would break what is sealed, or rest on what nobody saw."""
    odd = {one.where for one in facts.findings if one.kind in _UNKNOWN_HEADER}
    for one in removals:
        reason = one.files[0].reason
        if one.is_whole and holds_header(one.part, root) and one.part.where in odd:
            raise Uneditable(reason, f"the header of {one.part.where} was not seen to its end")
        if policy.signed_mail is not SignedMail.EDIT and _is_sealed(one.part, root):
            raise Uneditable(reason, f"{one.part.where} is signed or encrypted")


def _is_sealed(part: Part, root: Part) -> bool:
    """Tell whether the part lies in something that is signed or encrypted."""
    return any(one.media_type in SEALED for one in _around(part, root))


def holds_header(part: Part, root: Part) -> bool:
    """Tell whether the part is the content of a message, so that its header holds more than its own fields."""
    around = _around(part, root)
    return not around or not around[-1].is_multipart


def _around(part: Part, root: Part) -> list[Part]:
    """Return the parts around a part, outermost first."""
    around: list[Part] = []
    at = root
    for number in part.path:
        around.append(at)
        at = at.children[number - 1]
    return around
