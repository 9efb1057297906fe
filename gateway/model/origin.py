"""Where something was written."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """Where in a policy file something stands; line and column count from 1."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"
