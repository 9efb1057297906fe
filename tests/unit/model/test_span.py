"""Spans are half-open ranges."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.model.span import Span

spans = st.builds(lambda start, size: Span(start, start + size), st.integers(0, 50), st.integers(0, 50))


@given(spans, spans)
def test_relations_are_those_of_sets_of_positions(one: Span, other: Span) -> None:
    """`contains` and `overlaps` say what the positions say; an empty span shares none."""
    ours, theirs = set(range(one.start, one.end)), set(range(other.start, other.end))

    assert len(ours) == len(one)
    assert bool(ours & theirs) == one.overlaps(other)
    assert not one.contains(other) or theirs <= ours


@given(spans, st.integers(0, 100))
def test_shift_keeps_the_length(span: Span, by: int) -> None:
    """A shifted span is as long as before, and moves back."""
    assert len(span) == len(span.shift(by))
    assert span == span.shift(by).shift(-by)
