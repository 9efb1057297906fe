"""Hashes of a body."""

import hashlib

from gateway.authn.bodies import Bodies


def test_a_part_of_a_body_is_hashed_by_its_length() -> None:
    """l= counts canonical bytes."""
    bodies = Bodies(b"head\r\n\r\na  b\r\nc\r\n", 8)

    assert bodies.digest("relaxed", 3) == hashlib.sha256(b"a b").digest()
    assert bodies.digest("simple") == hashlib.sha256(b"a  b\r\nc\r\n").digest()


def test_what_a_length_covers() -> None:
    """All of it, a part, or more than there is."""
    bodies = Bodies(b"abc\r\n", 0)

    assert [True, True, False, None] == [bodies.covers("simple", length) for length in (None, 5, 4, 6)]
