"""Failures of next hops: counted for metrics, and made into the error that the client's reply comes from."""

from collections import Counter
from dataclasses import dataclass, field

from gateway.model.errors import Deferred
from gateway.model.reply import NEXT_HOP_DOWN
from gateway.model.tenant import Hop


class Gone(Deferred):
    """The hop closed the connection instead of answering."""


class TlsFailed(Deferred):
    """The TLS handshake failed."""


@dataclass(slots=True)
class HopCounters:
    """What happened with next hops since the start."""

    opened: int = 0
    """Connections greeted."""
    kept: int = 0
    """Conversations that began on a kept connection."""
    failures: Counter[str] = field(default_factory=Counter)
    """By kind: name, connect, rejected, tls, closed, timeout, junk, and unknown_outcome on top of one of these."""

    def failed(self, kind: str, hop: Hop, detail: object) -> Deferred:
        """Count a failure and return the error to raise."""
        self.failures[kind] += 1
        error = {"closed": Gone, "tls": TlsFailed}.get(kind, Deferred)
        return error(NEXT_HOP_DOWN.reply(), f"{hop}: {kind}: {detail}")
