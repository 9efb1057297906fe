"""How long scanners have been silent."""

from gateway.model.scan import Outcome, ScanResult
from gateway.pipeline.silence import Silence

CLEAN, UNKNOWN = ScanResult("1", Outcome.CLEAN), ScanResult("1", Outcome.UNKNOWN)
CACHED = ScanResult("1", Outcome.CLEAN, cached=True)


def test_silence_counts_from_the_first_message_without_a_word() -> None:
    """Not from the last word before it."""
    silence = Silence()
    said = [silence.heard(scans, now) for scans, now in (([CLEAN], 10.0), ([UNKNOWN], 500.0), ([UNKNOWN], 560.0))]

    assert said == [0.0, 0.0, 60.0]


def test_one_fresh_verdict_ends_it() -> None:
    """Of any scanner about any file."""
    silence = Silence()
    silence.heard([UNKNOWN], 0.0)

    assert silence.heard([UNKNOWN, CLEAN], 9.0) == 0.0
    assert silence.heard([UNKNOWN], 10.0) == 0.0


def test_cache_is_no_sign_of_life() -> None:
    """And a message that nobody had to scan changes nothing."""
    silence = Silence()
    silence.heard([UNKNOWN], 0.0)

    assert silence.heard([CACHED], 7.0) == 7.0
    assert silence.heard([], 9.0) == 9.0
