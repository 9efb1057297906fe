"""For how long no scanner has given a whole verdict, as one worker sees it; never who is to blame.

Counted from the first message that went without, so that a quiet night is no outage. A verdict from the
cache says nothing about a scanner.
"""

from collections.abc import Sequence

from gateway.model.scan import Outcome, ScanResult


class Silence:
    """Seconds without a scanner's word, kept from message to message."""

    def __init__(self) -> None:
        self._since: float | None = None

    def heard(self, scans: Sequence[ScanResult], now: float) -> float:
        """Take the results of one message, `now` on the monotonic clock; return the seconds of silence so far."""
        fresh = [one.outcome for one in scans if not one.cached]
        if any(outcome is not Outcome.UNKNOWN for outcome in fresh):
            self._since = None
        elif fresh and self._since is None:
            self._since = now
        return now - self._since if self._since is not None else 0.0
