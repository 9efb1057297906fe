"""Errors carry one reply for the client and one reason for the log."""

import pytest

from gateway.model.errors import Deferred, GatewayError, Refused, UnknownOutcome
from gateway.model.reply import MALFORMED, NEXT_HOP_DOWN


@pytest.mark.parametrize("kind", [GatewayError, Deferred, UnknownOutcome, Refused])
def test_reason_is_for_the_log_alone(kind: type[GatewayError]) -> None:
    """The reply says nothing of the reason."""
    error = kind(NEXT_HOP_DOWN.reply(), "10.0.0.1 refused the connection")

    assert str(error) == error.reason == "10.0.0.1 refused the connection"
    assert error.reason not in str(error.reply)


def test_unknown_outcome_is_a_deferral() -> None:
    """Whoever defers on errors defers on this one too."""
    assert issubclass(UnknownOutcome, Deferred)
    assert not issubclass(Refused, Deferred)
    assert Refused(MALFORMED.reply(), "x").reply.is_permanent
