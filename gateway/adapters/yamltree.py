"""YAML text to plain data with the place of every key and value; never constructs anything but that.

Scalars mean what YAML 1.2 says: NO, on, 1:30 and 2027-03-31 are texts, 022 is the number 22. Built from the
parser's events, without recursion, in bounds; a file cannot make it spend more than its own size.
"""

import hashlib
import math
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from gateway.policy.source import Document, Path, Plain, PolicyErrors, Problem

MAX_DEPTH = 32
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,18}|[0-9]{1,18}(?:\.[0-9]{0,18})?)(?:[eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, Plain] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def tree(raw: bytes, file: str, stem: str) -> Document:
    """Return the document in `raw`. Raises PolicyErrors with everything that is wrong with it as YAML."""
    builder = _Builder(file)
    try:
        text = raw.decode("utf-8-sig")
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except UnicodeDecodeError as error:
        builder.fail(*_place(raw[: error.start]), f"byte 0x{raw[error.start]:02x} is not UTF-8")
    except yaml.reader.ReaderError as error:
        # libyaml counts octets here, and gives the character as a number
        builder.fail(*_place(text.encode()[: error.position]), f"U+{error.character:04X} may not stand in YAML")
    except yaml.MarkedYAMLError as error:
        builder.fail(*_mark(error), _words(error, raw))
    except _StopError:
        pass
    if builder.problems:
        raise PolicyErrors(tuple(builder.problems))
    return Document(file, stem, builder.root, builder.values, builder.keys, hashlib.sha256(raw).hexdigest())


@dataclass(slots=True)
class _Frame:
    """A list or mapping whose end has not come yet."""

    value: "list[Plain] | dict[str, Plain]"
    path: Path
    key: str | None = None
    """Of a mapping: the key whose value comes next."""


class _StopError(Exception):
    """What follows would make no sense."""


@dataclass(slots=True)
class _Builder:
    file: str
    root: Plain = None
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _stack: list[_Frame] = field(default_factory=list)
    _documents: int = 0

    def take(self, event: yaml.Event) -> None:
        """Take the parser's next event."""
        place = _place_of(event.start_mark)
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    self.stop(*place, "a policy file holds one document; remove the line with ---")
            case yaml.AliasEvent():
                self.stop(*place, f"aliases (*{event.anchor}) are not allowed; write the value out")
            case yaml.ScalarEvent():
                self._check(event, place)
                self._scalar(event, place)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._check(event, place)
                self._open([] if isinstance(event, yaml.SequenceStartEvent) else {}, place)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._stack.pop()

    def fail(self, line: int, column: int, text: str) -> None:
        """Note a problem and go on."""
        self.problems.append(Problem(self.file, line, column, text))

    def stop(self, line: int, column: int, text: str) -> None:
        """Note a problem after which nothing can be understood."""
        self.fail(line, column, text)
        raise _StopError

    def _check(self, event: yaml.NodeEvent, place: tuple[int, int]) -> None:
        if event.anchor:
            self.fail(*place, f"anchors (&{event.anchor}) are not allowed")
        if tag := getattr(event, "tag", None):
            self.fail(*place, f"tags ({tag}) are not allowed")

    def _scalar(self, event: yaml.ScalarEvent, place: tuple[int, int]) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame is not None and isinstance(frame.value, dict) and frame.key is None:
            frame.key = event.value
            path = (*frame.path, event.value)
            if path in self.keys:
                self.fail(*place, f'the key "{event.value:.100}" stands twice; first in line {self.keys[path][0]}')
            self.keys.setdefault(path, place)
        else:
            self._add(_resolve(event.value) if event.implicit[0] else event.value, place)

    def _open(self, value: "list[Plain] | dict[str, Plain]", place: tuple[int, int]) -> None:
        if len(self._stack) >= MAX_DEPTH:
            self.stop(*place, f"nested deeper than {MAX_DEPTH}")
        self._stack.append(_Frame(value, self._add(value, place)))

    def _add(self, value: Plain, place: tuple[int, int]) -> Path:
        """Put a value where it belongs and return its path."""
        path: Path = ()
        if not self._stack:
            self.root = value
        else:
            frame = self._stack[-1]
            if isinstance(frame.value, list):
                path = (*frame.path, len(frame.value))
                frame.value.append(value)
            elif frame.key is None:
                self.stop(*place, "a key must be a text")
            else:
                path = (*frame.path, frame.key)
                frame.value[frame.key] = value
                frame.key = None
        self.values[path] = place
        return path


def _resolve(text: str) -> Plain:
    """Return what a scalar without quotes means (YAML 1.2 core schema, decimal numbers only)."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text


def _mark(error: yaml.MarkedYAMLError) -> tuple[int, int]:
    return _place_of(error.problem_mark or error.context_mark)


def _place_of(mark: Any) -> tuple[int, int]:
    """Count from 1, where libyaml counts from 0; it marks every event, and nearly every error."""
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _words(error: yaml.MarkedYAMLError, raw: bytes) -> str:
    line, column = _mark(error)
    lines = raw.splitlines()
    if line <= len(lines) and lines[line - 1].decode("utf-8", "replace")[column - 1 : column] == "\t":
        return "a tab cannot indent YAML; use spaces"
    return "not YAML: " + ", ".join(filter(None, (error.context, error.problem)))


def _place(before: bytes) -> tuple[int, int]:
    """Return line and column of what comes behind `before`."""
    last = before.rpartition(b"\n")[2]
    return before.count(b"\n") + 1, len(last.decode("utf-8", "replace")) + 1
