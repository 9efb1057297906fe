"""What a walk through a file's own structure yields: proof that it is one, where it ends, where anything could lie.

A walk takes the whole file and returns None where the vital parts of the format are not there, so that a signature
with filler behind it is nothing. A photo or film that breaks off after its vital parts is still one. Linear, with
one step for each block of the format and a bound on the steps.
"""

from collections.abc import Callable
from dataclasses import dataclass

MOST_BLOCKS = 100_000
"""Of one file; beyond them the end counts as unknown."""

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Structure:
    """A file that has the vital parts of its format."""

    end: int | None
    """Offset behind its last own byte; None where it breaks off before, or has no end mark."""
    spare: tuple[Range, ...] = ()
    """Where bytes lie that no picture or sound is made of: comments, descriptions, padding, unknown blocks."""
    enclosed: tuple[Range, ...] = ()
    """Whole files that the format carries as such."""


Walk = Callable[[memoryview], Structure | None]
"""The structure of a file, None where it is none of this format."""
