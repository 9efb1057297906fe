"""A message and the edits on it, as what leaves: every byte outside an edit is copied, never re-encoded."""

from collections.abc import Iterator

from gateway.model.plan import Plan
from gateway.model.span import Span


def pieces(size: int, plan: Plan) -> Iterator[bytes | Span]:
    """Yield literal bytes, and spans of the original message of `size` bytes to copy, in order.

    Raises `ValueError` on edits that are unsorted, overlap or lie outside the message: then nothing may leave.
    """
    at = 0
    for edit in plan.edits:
        start, end = edit.span.start, edit.span.end
        if not at <= start <= end <= size:
            raise ValueError(f"edit at {start} to {end} is out of place in {size} bytes")
        if at < start:
            yield Span(at, start)
        at = end
        if edit.data:
            yield edit.data
    if at < size:
        yield Span(at, size)
