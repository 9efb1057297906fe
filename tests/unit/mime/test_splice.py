"""What leaves is what came, with the edits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mime.splice import pieces
from gateway.model.plan import Edit, Plan
from gateway.model.span import Span


def joined(raw: bytes, plan: Plan) -> bytes:
    return b"".join(one if isinstance(one, bytes) else raw[one.start : one.end] for one in pieces(len(raw), plan))


@pytest.mark.parametrize(("size", "expected"), [(0, []), (10, [Span(0, 10)])])
def test_no_edit_is_one_span(size: int, expected: list[Span]) -> None:
    """An untouched message leaves in one piece."""
    assert expected == list(pieces(size, Plan()))


CUTS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9), st.binary(max_size=9)), max_size=6)


@given(st.binary(max_size=60), CUTS)
def test_every_byte_outside_an_edit_is_copied(raw: bytes, cuts: list[tuple[int, int, bytes]]) -> None:
    """The result is the original with the replacements, made here the slow way."""
    edits, at = [], 0
    for start, length, data in sorted(cuts):
        if at <= start and start + length <= len(raw):
            edits.append(Edit(Span(start, start + length), data))
            at = start + length
    expected = bytearray(raw)
    for edit in reversed(edits):
        expected[edit.span.start : edit.span.end] = edit.data
    plan = Plan(tuple(edits))

    assert bytes(expected) == joined(raw, plan)
    assert len(expected) == len(raw) + plan.growth


@pytest.mark.parametrize("ats", [(5, 3), (11,), (-1,)])
def test_misplaced_edits_are_an_error(ats: tuple[int, ...]) -> None:
    """A plan that does not fit the message never becomes bytes."""
    plan = Plan(tuple(Edit(Span(at, at), b"x") for at in ats))

    with pytest.raises(ValueError, match="out of place"):
        list(pieces(10, plan))


def test_overlapping_edits_are_an_error() -> None:
    """Two edits on the same byte cannot both be right."""
    plan = Plan((Edit(Span(1, 5), b""), Edit(Span(4, 6), b"x")))

    with pytest.raises(ValueError, match="out of place"):
        list(pieces(10, plan))
