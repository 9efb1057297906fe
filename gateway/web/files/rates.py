"""How often: a count for each key in the present window, in bounded memory."""

from collections import OrderedDict

_ROOM = 50_000
"""Keys that are remembered; then the one that was seen longest ago is forgotten."""


class Rate:
    """At most so many in so many seconds for each key; windows begin on the hour, as it were."""

    def __init__(self, most: int, seconds: float, room: int = _ROOM) -> None:
        self._most = most
        self._seconds = seconds
        self._room = room
        self._seen: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def take(self, key: str, now: float) -> bool:
        """Count one for `key`; tell whether it was within the bound."""
        window = int(now // self._seconds)
        known, count = self._seen.get(key, (window, 0))
        count = count + 1 if known == window else 1
        self._seen[key] = window, min(count, self._most + 1)
        self._seen.move_to_end(key)
        if len(self._seen) > self._room:
            self._seen.popitem(last=False)
        return count <= self._most

    def wait(self, now: float) -> int:
        """Return the seconds until the next window."""
        return int(self._seconds - now % self._seconds) + 1
