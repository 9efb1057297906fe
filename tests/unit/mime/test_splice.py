"""What leaves is what came, with the edits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mime.splice import pieces
from gateway.model.plan import Insert, Plan
from gateway.model.span import Span


def joined(raw: bytes, plan: Plan) -> bytes:
    return b"".join(one if isinstance(one, bytes) else raw[one.start : one.end] for one in pieces(len(raw), plan))


@pytest.mark.parametrize(("size", "expected"), [(0, []), (10, [Span(0, 10)])])
def test_no_edit_is_one_span(size: int, expected: list[Span]) -> None:
    """An untouched message leaves in one piece."""
    assert expected == list(pieces(size, Plan()))


@given(st.binary(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.binary(max_size=9)), max_size=6))
def test_every_byte_outside_an_edit_is_copied(raw: bytes, edits: list[tuple[int, bytes]]) -> None:
    """The result is the original with the insertions, made here the slow way."""
    ordered = sorted(((at, data) for at, data in edits if at <= len(raw)), key=lambda edit: edit[0])
    expected = bytearray(raw)
    for at, data in reversed(ordered):
        expected[at:at] = data

    assert bytes(expected) == joined(raw, Plan(tuple(Insert(at, data) for at, data in ordered)))


@pytest.mark.parametrize("ats", [(5, 3), (11,), (-1,)])
def test_misplaced_edits_are_an_error(ats: tuple[int, ...]) -> None:
    """A plan that does not fit the message never becomes bytes."""
    plan = Plan(tuple(Insert(at, b"x") for at in ats))

    with pytest.raises(ValueError, match="out of place"):
        list(pieces(10, plan))
