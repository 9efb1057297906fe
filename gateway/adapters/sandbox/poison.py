"""Which messages have killed a child, so that their retries do not go on for days.

The first failure of a message may be ours and stands alone; policy defers it. From the second on it is the
message's: it is not run again. Remembers a bounded number of digests, the latest ones.
"""

from collections import Counter, OrderedDict
from dataclasses import dataclass

from gateway.model.finding import FindingKind

_STRIKES = 2


@dataclass(frozen=True, slots=True)
class Offence:
    """What a message did, how often, and how large it was."""

    kind: FindingKind
    times: int
    size: int

    @property
    def is_proven(self) -> bool:
        """Tell whether the message is not to be run again."""
        return self.times >= _STRIKES


class Poison:
    """Digests of messages that crashed a child or ran out of time."""

    def __init__(self, room: int = 4096) -> None:
        self._room = room
        self._known: OrderedDict[str, Offence] = OrderedDict()
        self._sizes: Counter[int] = Counter()

    def may_know(self, size: int) -> bool:
        """Tell whether any offender had this size; where not, nobody needs to compute a digest."""
        return self._sizes[size] > 0

    def of(self, digest: str) -> Offence | None:
        """Return what is known of a message."""
        return self._known.get(digest)

    def note(self, digest: str, size: int, kind: FindingKind) -> Offence:
        """Count one more failure."""
        before = self._known.pop(digest, None)
        if before is None:
            self._sizes[size] += 1
        offence = Offence(kind, before.times + 1 if before else 1, size)
        self._known[digest] = offence
        if len(self._known) > self._room:
            _, forgotten = self._known.popitem(last=False)
            self._sizes[forgotten.size] -= 1
            self._sizes += Counter()
        return offence
