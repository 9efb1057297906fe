"""How often."""

from gateway.web.files.rates import Rate


def test_beyond_the_bound_nothing_is_given_until_the_next_window() -> None:
    """Each key has its own."""
    rate = Rate(2, 60)

    assert [True, True, False] == [rate.take("a", 0.0) for _ in range(3)]
    assert rate.take("b", 0.0)
    assert rate.take("a", 60.0)


def test_wait_ends_in_the_next_window() -> None:
    """What Retry-After says is enough."""
    rate = Rate(1, 60)
    rate.take("a", 59.5)

    assert rate.take("a", 59.5 + rate.wait(59.5))


def test_memory_is_bounded() -> None:
    """The key that was seen longest ago is forgotten."""
    rate = Rate(1, 60, room=3)
    for key in "abcd":
        rate.take(key, 0.0)

    assert rate.take("a", 0.0)
    assert not rate.take("d", 0.0)
