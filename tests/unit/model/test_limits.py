"""Deadlines count down, and the sooner of two wins."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.model.limits import Deadline, Limits

times = st.floats(0, 1e6, allow_nan=False)


@given(times, times)
def test_remaining_is_never_negative(at: float, now: float) -> None:
    """A deadline that has passed leaves nothing."""
    assert Deadline(at).remaining(now) == max(0.0, at - now)


@given(times, times, times)
def test_a_step_gets_no_more_than_the_job_has(at: float, seconds: float, now: float) -> None:
    """`sooner` never extends a deadline."""
    step = Deadline(at).sooner(seconds, now)

    assert step.remaining(now) <= Deadline(at).remaining(now)
    assert step.at <= now + seconds


def test_every_default_bound_is_a_bound() -> None:
    """No limit is absent or endless."""
    limits = Limits()
    values = [getattr(limits, name) for name in Limits.__dataclass_fields__]

    assert all(0 < value < float("inf") for value in values)
