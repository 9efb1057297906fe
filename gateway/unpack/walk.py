"""From one file to all files in it, depth first: keep, identify, record, open, recurse.

Knows three kinds of containers: those that are opened, documents that are stored as archives (checked, their
members are parts of the document), and those that nobody here can open, which are never allowed by their members.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from gateway.filetype.identified import Identified, Note, Sniff
from gateway.filetype.identify import identify
from gateway.filetype.names import HTML, PLAIN, UNKNOWN
from gateway.filetype.text import body_type
from gateway.model.artifact import Artifact, Role
from gateway.model.finding import Finding, FindingKind
from gateway.model.span import Span
from gateway.unpack.budget import Allowance, Budget, Spent
from gateway.unpack.companions import is_companion
from gateway.unpack.opener import Member, Opener, Unreadable
from gateway.unpack.openers import MESSAGES, PAGES, SEALED, opener_of
from gateway.unpack.pages import holds_more
from gateway.unpack.store import Store
from gateway.unpack.zips import check_package

_DECLARED_PAGES = frozenset(("text/html", "application/xhtml+xml", "text/x-amp-html", "text/watch-html"))
"""Labels by which a text is shown as a page, whatever it begins with."""
_MOST_NAME = 1024
_MOST_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file was found and what is claimed about it."""

    where: str
    role: Role
    part: tuple[int, ...]
    names: tuple[str, ...] = ()
    declared: str = ""
    depth: int = 0


Judge = Callable[[memoryview, Place], tuple[Identified, Place]]
"""Identifies a file, and may learn from its content what it is to the message."""

Messages = Callable[["Walk", memoryview, Place], Iterator[Note]]
"""Examines a message that is a file. Floor 3 hands it down, because to walk a message is its job."""


class Walk:
    """All files of one message as they are found; the only thing here that grows."""

    def __init__(self, store: Store, sniff: Sniff, budget: Budget, messages: Messages) -> None:
        self.artifacts: list[Artifact] = []
        self.findings: list[Finding] = []
        self.budget = budget
        self._store = store
        self._sniff = sniff
        self._messages = messages
        self._used: dict[str, int] = {}

    def take(self, place: Place, chunks: Iterable[bytes | memoryview], judge: Judge | None = None) -> memoryview:
        """Keep, identify and record one file and all files in it; return its content.

        Raises `Spent` when nothing more may be spent on the message; what was seen until then is recorded.
        """
        return self._take(place, _Stream(chunks, self.budget), judge or self.judge)

    def note(self, where: str, note: Note) -> None:
        """Record a finding."""
        self.findings.append(Finding(note.kind, where, note.detail))

    def judge(self, view: memoryview, place: Place) -> tuple[Identified, Place]:
        """Identify content by all that is known about files; whatever goes wrong in that is a finding."""
        try:
            return identify(view, self._sniff), place
        except Exception as error:  # noqa: BLE001 - hostile bytes: what cannot be understood is not allowed
            return Identified(UNKNOWN, (_unreadable(error),)), place

    def judge_shown(self, view: memoryview, place: Place) -> tuple[Identified, Place]:
        """Identify what is shown as text; content that is none is judged as the file that it is."""
        shown = body_type(view)
        if shown is not None:
            is_page = shown.media_type == PLAIN and place.declared in _DECLARED_PAGES
            return replace(shown, media_type=HTML) if is_page else shown, place
        found, _ = self.judge(view, place)
        hidden = Note(FindingKind.BODY_IS_NOT_TEXT, found.media_type)
        as_file = replace(place, role=Role.ATTACHMENT)
        return Identified(found.media_type, (*found.notes, hidden), found.encrypted), as_file

    def _take(self, place: Place, stream: "_Stream", judge: Judge) -> memoryview:
        span, digest = self._store.add(stream)
        view = memoryview(self._store.view(span))
        found, place = judge(view, place)
        place = replace(place, where=self._unique(place.where))
        index = len(self.artifacts)
        self.artifacts.append(_artifact(place, span, digest, found))
        for note in (*found.notes, *stream.problems):
            self.note(place.where, note)
        if stream.spent is not None:
            raise Spent(stream.spent.kind, stream.spent.detail)
        if not found.encrypted and self._open(found.media_type, view, place):
            self.artifacts[index] = replace(self.artifacts[index], is_container=True)
        return view

    def _open(self, media_type: str, view: memoryview, place: Place) -> bool:
        """Take the members of a container; tell whether they were listed to the end without a doubt."""
        if media_type in PAGES and not holds_more(view, media_type):
            return False
        opener = opener_of(media_type)
        if media_type in MESSAGES:
            opener = self._message(place)
        if opener is None:
            if media_type in SEALED:
                self.note(place.where, Note(FindingKind.CONTAINER_UNREADABLE, media_type))
            return False
        if len(place.part) + place.depth >= self.budget.limits.depth:
            self.note(place.where, Note(FindingKind.TOO_DEEP, f"more than {self.budget.limits.depth} levels"))
            return False
        notes = self._members(opener, view, place)
        for note in dict.fromkeys(notes):  # hostile containers must not fill the log
            self.note(place.where, note)
        return opener is not check_package and not notes

    def _message(self, place: Place) -> Opener:
        """Open a message; its parts are taken with the places that they have in it."""
        return lambda view, _names, _budget: self._messages(self, view, place)

    def _members(self, opener: Opener, view: memoryview, place: Place) -> list[Note]:
        """Take the members one by one; return what is to be said about the container."""
        notes: list[Note] = []
        beside: set[str] = set()
        allowance = Allowance(len(view), self.budget.limits.ratio)
        try:
            for member in _listed(opener(view, place.names, self.budget)):
                if isinstance(member, Note):
                    notes.append(member)
                else:
                    self.budget.spend_member()
                    notes += self._member(member, place, allowance, beside)
                    beside.update(name.rpartition("/")[2] for name in member.names)
        except Spent as spent:
            if spent.ends_all:
                raise
            notes.append(Note(spent.kind, spent.detail))
        return notes

    def _member(
        self, member: Member, container: Place, allowance: Allowance, beside: Collection[str]
    ) -> tuple[Note, ...]:
        """Take one member; return why its container was not read to the end, if it was not."""
        names = tuple(name[-_MOST_NAME:] for name in member.names)
        shown = names[0][-_MOST_SHOWN:] if names else member.role.value
        where, depth = f"{container.where}/{shown}", container.depth + 1
        place = Place(where, member.role, container.part, names, member.declared, depth)
        judge: Judge = self.judge_shown if member.role is Role.BODY else self.judge
        if member.encrypted:
            locked = Identified(UNKNOWN, (Note(FindingKind.CONTAINER_ENCRYPTED, "encrypted member"),), encrypted=True)
            judge = lambda _, at: (locked, at)  # noqa: E731
        elif member.kind:
            judge = lambda _, at: (Identified(member.kind), at)  # noqa: E731
        stream = _Stream(member.chunks, self.budget, allowance)
        before = len(self.artifacts), len(self.findings)
        content = self._take(place, stream, judge)
        is_alone = (len(self.artifacts), len(self.findings)) == (before[0] + 1, before[1])
        if is_alone and not member.kind and all(is_companion(name, content, beside) for name in names or ("",)):
            self.artifacts.pop()
        return stream.problems

    def _unique(self, where: str) -> str:
        """Give every artifact a place of its own, even where a container repeats a name."""
        count, unique = self._used.get(where, 0), where
        while count and unique in self._used:
            count += 1
            unique = f"{where}#{count}"
        self._used[where] = max(count, 1)
        self._used.setdefault(unique, 1)
        return unique


class _Stream:
    """The bytes of one file on their way into the store; ends early where they may not or cannot go on."""

    def __init__(
        self, chunks: Iterable[bytes | memoryview], budget: Budget, allowance: Allowance | None = None
    ) -> None:
        self.problems: tuple[Note, ...] = ()
        self.spent: Spent | None = None
        self._chunks = chunks
        self._budget = budget
        self._allowance = allowance

    def __iter__(self) -> Iterator[bytes | memoryview]:
        try:
            for chunk in self._chunks:
                self._budget.spend_bytes(len(chunk))
                if self._allowance is not None:
                    self._allowance.spend(len(chunk))
                yield chunk
        except Spent as spent:
            self.spent = spent.with_traceback(None)  # whose frames would keep views of large files alive
        except Exception as error:  # noqa: BLE001 - broken content raises whatever it likes
            self.problems = (_unreadable(error),)


def _listed(members: Iterator[Member | Note]) -> Iterator[Member | Note]:
    """Turn whatever an opener raises into a note."""
    try:
        yield from members
    except Spent:
        raise
    except Exception as error:  # noqa: BLE001 - broken content raises whatever it likes
        yield _unreadable(error)


def _unreadable(error: Exception) -> Note:
    if isinstance(error, MemoryError):  # the child's own bound, not damage
        return Note(FindingKind.EXPANDED_TOO_LARGE, "no memory left for it")
    detail = str(error) if isinstance(error, Unreadable) else f"{type(error).__name__}: {error}"
    return Note(FindingKind.CONTAINER_UNREADABLE, detail[:200])


def _artifact(place: Place, span: Span, digest: str, found: Identified) -> Artifact:
    return Artifact(
        where=place.where,
        role=place.role,
        names=place.names,
        declared=place.declared,
        detected=found.media_type,
        size=len(span),
        sha256=digest,
        depth=place.depth,
        part=place.part,
        content=span,
        encrypted=found.encrypted,
    )
