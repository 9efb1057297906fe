"""Letting a released message pass that comes back to us from a next hop."""

from collections.abc import Sequence
from typing import Protocol

FIELD = b"x-postern-release"
"""Name of the header field that holds a pass; everything below it is the message as it was held."""


class Passes(Protocol):
    """Knows the passes that releases wrote."""

    def is_valid(self, written: str, sha256: str, recipients: Sequence[str]) -> bool:
        """Tell whether `written` is a pass of ours, in time, for this message and (at least) these recipients."""
