"""Verdicts are kept by content and signatures, bounded in number and age."""

import pytest

from gateway.adapters.clamav_cache import VerdictCache
from gateway.model.scan import Outcome, ScanResult

CLEAN = ScanResult("1", Outcome.CLEAN, engine="one")


def test_verdict_comes_back_for_another_place() -> None:
    """The same content elsewhere in a message, or in another one."""
    cache = VerdictCache(10, 60)
    cache.put("a", CLEAN, 0)

    assert cache.get("one", "a", "2/x.txt", 59) == ScanResult("2/x.txt", Outcome.CLEAN, engine="one", cached=True)


@pytest.mark.parametrize(("engine", "sha256", "now"), [("two", "a", 1), ("one", "b", 1), ("one", "a", 61)])
def test_other_signatures_other_content_and_age_miss(engine: str, sha256: str, now: float) -> None:
    """Only what was said by these signatures about this content not long ago."""
    cache = VerdictCache(10, 60)
    cache.put("a", CLEAN, 0)

    assert cache.get(engine, sha256, "1", now) is None


def test_unknown_is_not_kept() -> None:
    """What has no verdict is asked again."""
    cache = VerdictCache(10, 60)
    cache.put("a", ScanResult("1", Outcome.UNKNOWN, engine="one"), 0)

    assert cache.get("one", "a", "1", 0) is None


def test_oldest_goes_first() -> None:
    """The room is a bound."""
    cache = VerdictCache(2, 60)
    for sha256 in "abac":
        cache.put(sha256, CLEAN, 0)

    assert [cache.get("one", sha256, "1", 0) is not None for sha256 in "abc"] == [True, False, True]


def test_verdicts_of_signatures_out_of_use_are_dropped() -> None:
    """Their memory is free again."""
    cache = VerdictCache(10, 60)
    cache.put("a", CLEAN, 0)
    cache.keep_only({"two"})

    assert cache.get("one", "a", "1", 0) is None


def test_content_is_remembered_when_it_is_asked_about() -> None:
    """The first time says no; what was long ago is forgotten."""
    cache = VerdictCache(2, 60)

    assert [cache.has_come_before(sha256) for sha256 in "aabca"] == [False, True, False, False, False]
