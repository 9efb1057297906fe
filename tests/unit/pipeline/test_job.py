"""The stopwatch of a message."""

from gateway.pipeline.job import Stopwatch


def test_laps_of_one_step_add_up() -> None:
    """A step that is entered twice is booked once."""
    watch = Stopwatch(started=0.0)
    watch.lap("scan")
    first = watch.seconds["scan"]
    watch.lap("scan")

    assert list(watch.seconds) == ["scan"]
    assert watch.seconds["scan"] >= first > 0
