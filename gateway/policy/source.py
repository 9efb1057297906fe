"""Policy files as plain data in which every value knows its place, and what is said about mistakes in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import TypeAlias

from gateway.model.origin import Origin

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"
Path: TypeAlias = tuple[str | int, ...]
"""Keys and list positions from the top of a file down to a value."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A mistake in a policy file; line and column count from 1."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.text}"


class PolicyErrors(Exception):
    """The policy files cannot be used; holds every problem found in them, in the order of the files."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its value and where each part of it stands."""

    file: str
    """As problems show it."""
    stem: str
    """The file's name without folder and ending."""
    value: Plain
    values: Mapping[Path, tuple[int, int]]
    """Line and column of every value."""
    keys: Mapping[Path, tuple[int, int]]
    """Line and column of every key."""
    digest: str = ""
    """SHA-256 of the file, hexadecimal."""

    def origin(self, path: Path) -> Origin:
        """Return where the value at `path` stands, or the nearest thing around it that is in the file."""
        while path and path not in self.values:
            path = path[:-1]
        return Origin(self.file, *self.values.get(path, (1, 1)))

    def problem(self, path: Path, text: str) -> Problem:
        """Make a problem with the value at `path`."""
        origin = self.origin(path)
        return Problem(origin.file, origin.line, origin.column, text)

    def key_problem(self, path: Path, text: str) -> Problem:
        """Make a problem with the key at the end of `path`."""
        return Problem(self.file, *self.keys[path], text) if path in self.keys else self.problem(path, text)

    def texts(self, *path: str | int) -> tuple[tuple[Path, str], ...]:
        """Return the texts in the list at `path` with their paths; none where there is no list."""
        value = self._at(path)
        items = value if isinstance(value, list) else []
        return tuple(((*path, at), item) for at, item in enumerate(items) if isinstance(item, str))

    def words(self, *path: str | int) -> tuple[tuple[Path, str], ...]:
        """Return the same where one text may stand for a list of one."""
        value = self._at(path)
        return ((path, value),) if isinstance(value, str) else self.texts(*path)

    def _at(self, path: Path) -> Plain:
        value = self.value
        for step in path:
            if isinstance(value, list) and isinstance(step, int):
                value = value[step] if step < len(value) else None
            else:
                value = value.get(str(step)) if isinstance(value, dict) else None
        return value


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list of addresses or domains as it was read."""

    file: str
    """As problems show it."""
    text: str


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of a policy folder that could be read."""

    families: Document | None = None
    default: Document | None = None
    tenants: tuple[Document, ...] = ()
    presets: tuple[Document, ...] = ()
    """Files that tenants extend, by their stems."""
    lists: Mapping[str, ListFile] = field(default_factory=lambda: MappingProxyType({}))
    """By the path that policy files name."""


def unknown(what: str, word: object, allowed: tuple[str, ...]) -> str:
    """Say that a word is unknown, which one was probably meant and which are allowed."""
    close = get_close_matches(str(word)[:100], allowed, n=1)
    meant = f'; did you mean "{close[0]}"?' if close else ""
    return f'unknown {what} "{str(word)[:100]}"{meant or ";"} allowed: {", ".join(allowed)}'
