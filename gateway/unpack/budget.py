"""What looking into one message may cost: one object that is spent, so that no step checks limits on its own."""

from collections.abc import Callable
from typing import Final

from gateway.model.finding import FindingKind
from gateway.model.limits import MIB, Limits

_ALWAYS_FREE: Final = 1 * MIB
"""A container may expand to this much whatever its size: small files of blanks pack extremely well."""


class Spent(Exception):
    """A bound was reached; never leaves the examination."""

    def __init__(self, kind: FindingKind, detail: str) -> None:
        super().__init__(kind.value, detail)
        self.kind = kind
        self.detail = detail

    @property
    def ends_all(self) -> bool:
        """Tell whether nothing more may be spent on the whole message."""
        return self.kind is not FindingKind.RATIO_TOO_HIGH


class Budget:
    """Members, bytes and time that are left for one message."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self.limits = limits
        self.members_left = limits.members
        self.bytes_left = limits.expanded
        self._clock = clock
        self._ends_at = clock() + limits.seconds

    def spend_member(self) -> None:
        """Pay for one file of a container."""
        self.spend_time()
        self.members_left -= 1
        if self.members_left < 0:
            raise Spent(FindingKind.TOO_MANY_MEMBERS, f"more than {self.limits.members}")

    def spend_bytes(self, count: int) -> None:
        """Pay for decoded or unpacked bytes."""
        self.spend_time()
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise Spent(FindingKind.EXPANDED_TOO_LARGE, f"more than {self.limits.expanded} bytes")

    def spend_time(self) -> None:
        """Stop when the time is over."""
        if self._clock() > self._ends_at:
            raise Spent(FindingKind.OUT_OF_TIME, f"more than {self.limits.seconds:g} s")


class Allowance:
    """Bytes that one container may still yield, by its own size."""

    def __init__(self, stored: int, ratio: int) -> None:
        self._left = max(stored * ratio, _ALWAYS_FREE)
        self._ratio = ratio

    def spend(self, count: int) -> None:
        """Pay for unpacked bytes."""
        self._left -= count
        if self._left < 0:
            raise Spent(FindingKind.RATIO_TOO_HIGH, f"more than {self._ratio} times its size")
