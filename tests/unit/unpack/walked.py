"""Walking one file in tests, without a message around it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gateway.filetype.identified import Note
from gateway.model.artifact import Artifact, Role
from gateway.model.finding import Finding, FindingKind
from gateway.model.limits import Limits
from gateway.unpack.budget import Budget, Spent
from gateway.unpack.opener import Member, Opener
from gateway.unpack.store import MemoryStore
from gateway.unpack.walk import Place, Walk
from tests.unit.filetype.made import nobody

LIMITS = Limits()


def still() -> float:
    """Stop the clock."""
    return 0.0


def budget(limits: Limits = LIMITS) -> Budget:
    """Make a budget whose time never ends."""
    return Budget(limits, still)


def no_messages(_walk: Walk, _view: memoryview, _at: Place) -> Iterator[Note]:
    """Leave messages closed: floor 3 opens them."""
    yield Note(FindingKind.CONTAINER_UNREADABLE, "a message")


@dataclass(frozen=True)
class Walked:
    """What was found in a file."""

    artifacts: list[Artifact]
    findings: list[Finding]
    spent: Spent | None
    store: MemoryStore

    @property
    def places(self) -> list[str]:
        """Return where files were found."""
        return [one.where for one in self.artifacts]

    @property
    def kinds(self) -> list[str]:
        """Return what was noticed."""
        return [one.kind.value for one in self.findings]

    def content(self, where: str) -> bytes:
        """Return the bytes of the file at `where`."""
        return next(bytes(self.store.view(one.content)) for one in self.artifacts if one.where == where)


def walked(content: bytes, name: str = "a", clock: Callable[[], float] = still, limits: Limits = LIMITS) -> Walked:
    """Walk a file that is attached as part 2."""
    store = MemoryStore()
    walk = Walk(store, nobody, Budget(limits, clock), no_messages)
    spent = None
    try:
        walk.take(Place("2", Role.ATTACHMENT, (2,), (name,)), (content,))
    except Spent as error:
        spent = error
    return Walked(walk.artifacts, walk.findings, spent, store)


def opened(opener: Opener, content: bytes, *names: str) -> dict[tuple[str, ...], bytes]:
    """List a container that is in order: names and contents of its members."""
    members = {}
    for member in opener(memoryview(content), names, budget()):
        assert isinstance(member, Member), member
        members[member.names] = b"".join(bytes(chunk) for chunk in member.chunks)
    return members


def notes(opener: Opener, content: bytes) -> list[str]:
    """Return what is noticed about a container, members left unread."""
    return [one.detail for one in opener(memoryview(content), (), budget()) if isinstance(one, Note)]
