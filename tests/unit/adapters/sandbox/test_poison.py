"""Only what failed twice is proven, and memory is bounded."""

from gateway.adapters.sandbox.poison import Poison
from gateway.model.finding import FindingKind

FAILED, TIMEOUT = FindingKind.EXAMINER_FAILED, FindingKind.EXAMINER_TIMEOUT


def test_second_failure_proves_it() -> None:
    """The first may have been ours."""
    poison = Poison()
    first = poison.note("a", 10, FAILED)
    second = poison.note("a", 10, TIMEOUT)

    assert [first.is_proven, second.is_proven] == [False, True]
    assert second == poison.of("a")


def test_only_sizes_of_offenders_need_a_digest() -> None:
    """Ordinary mail is not hashed."""
    poison = Poison()
    poison.note("a", 10, FAILED)

    assert poison.may_know(10)
    assert not poison.may_know(11)


def test_oldest_is_forgotten_when_the_room_is_full() -> None:
    """A flood of bad messages does not grow the memory; a repeated one counts as new."""
    poison = Poison(room=2)
    for digest, size in (("a", 1), ("b", 2), ("a", 1), ("c", 3)):
        poison.note(digest, size, FAILED)

    assert poison.of("b") is None
    assert not poison.may_know(2)
    assert poison.of("a") is not None
