"""Which files of a listed domain are looked at first: what is new, was fetched often, and was not scanned since."""

import math
from collections.abc import Iterable, Sequence

from gateway.model.hosted import HostedFile
from gateway.model.policy import DAY

_NEW = 4.0
"""What a file that came just now is worth; half of it a day later. As much as fifteen downloads."""
_UNSCANNED = 2.0
"""What a file is worth that was not scanned for a day or more."""


def ranked(files: Iterable[HostedFile], now: float) -> Sequence[HostedFile]:
    """Return the files, the most suspect ones first."""
    return sorted(files, key=lambda one: (-suspicion(one, now), one.id))


def suspicion(file: HostedFile, now: float) -> float:
    """Weigh one file; a listing follows the bad download by minutes or hours, so age counts by half-lives of a day."""
    age = max(0.0, now - file.created_at) / DAY
    unscanned = min(1.0, max(0.0, now - max(file.scanned_at, 0.0)) / DAY)
    return _NEW * math.pow(0.5, age) + math.log2(1 + max(0, file.downloads)) + _UNSCANNED * unscanned
