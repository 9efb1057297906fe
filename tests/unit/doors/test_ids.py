"""Message ids."""

import re
import time

from gateway.doors.ids import new_id


def test_ids_are_sixteen_plain_characters_and_differ() -> None:
    """They stand in replies, headers and file names."""
    made = [new_id() for _ in range(1000)]

    assert [one for one in made if not re.fullmatch(r"[0-9A-V]{16}", one)] == []
    assert len(set(made)) == 1000


def test_ids_sort_by_time() -> None:
    """A later millisecond gives a greater id."""
    first = new_id()
    begun = time.time_ns() // 1_000_000
    while time.time_ns() // 1_000_000 == begun:
        pass

    assert first < new_id()
