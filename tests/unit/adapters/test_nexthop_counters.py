"""A failure of a hop is counted and becomes 451 4.4.1."""

import pytest

from gateway.adapters.nexthop_counters import Gone, HopCounters, TlsFailed
from gateway.model.errors import Deferred
from gateway.model.reply import NEXT_HOP_DOWN
from gateway.model.tenant import Hop, Scheme


@pytest.mark.parametrize(("kind", "error"), [("closed", Gone), ("tls", TlsFailed), ("junk", Deferred)])
def test_a_failure_is_counted_and_told_apart(kind: str, error: type[Deferred]) -> None:
    """The public text is the catalogue's; the log's reason names the hop and the kind."""
    counters = HopCounters()
    failure = counters.failed(kind, Hop(Scheme.SMTP, "mx.example"), "why")

    assert error is type(failure)
    assert NEXT_HOP_DOWN.reply() == failure.reply
    assert f"smtp://mx.example:25: {kind}: why" == failure.reason
    assert {kind: 1} == counters.failures
