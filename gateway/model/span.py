"""Half-open byte ranges over a message that is never rewritten."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The bytes `start <= i < end` of some buffer."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def contains(self, other: "Span") -> bool:
        """Tell whether every byte of `other` lies in this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        """Tell whether the two spans share at least one byte."""
        return max(self.start, other.start) < min(self.end, other.end)

    def shift(self, by: int) -> "Span":
        """Return the span moved by `by` bytes, as seen from an enclosing buffer."""
        return Span(self.start + by, self.end + by)
