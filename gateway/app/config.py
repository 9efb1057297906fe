"""From a TOML file and the environment to Settings.

Every wrong key or value is told at once, each with file and line, what is wrong and what is allowed. Never
a traceback, and never a setting that is silently ignored.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from gateway.app.settings import Settings, sections

PREFIX = "POSTERN__"
_PLACES = (Path("postern.toml"), Path("/etc/postern/postern.toml"))
_LINE = re.compile(r"""\s*(?:\[\s*(?P<section>[\w."'-]+)\s*\]|(?P<key>[\w."'-]+(?:\s*\.\s*[\w"'-]+)*)\s*=)""")
_AT = re.compile(r"(?P<what>.*) \((?:at line (?P<line>\d+), column (?P<column>\d+)|at end of document)\)")
_BOUNDS = {"greater_than_equal": ("too small", "and more", "ge"), "less_than_equal": ("too large", "at most", "le")}
_TYPES = {
    "int_type": "not a whole number; allowed: a whole number without quotes",
    "int_from_float": "not a whole number; allowed: a whole number without quotes",
    "bool_type": "not a yes or no; allowed: true, false",
    "string_type": "not a text; allowed: a text in quotes",
    "tuple_type": 'not a list; allowed: a list, such as ["a", "b"]',
    "too_short": "empty; allowed: at least one",
    "model_type": "not a section; allowed: [name] on a line of its own, keys below it",
}


class ConfigError(Exception):
    """The settings cannot be used; each problem is a line for the admin."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def find(given: Path | None) -> Path | None:
    """Return the file to read: the one given, ./postern.toml, /etc/postern/postern.toml, or none (defaults)."""
    return given or next((place for place in _PLACES if place.is_file()), None)


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read `path` (None: defaults only) and the overrides in `environ`; raise ConfigError with all problems."""
    text = _read(path) if path else ""
    data = _parse(path, text)
    overridden = _override(data, environ)
    for name in sections():
        data.setdefault(name, {})
    folder = path.absolute().parent if path else Path.cwd()
    try:
        return Settings.model_validate(data, context={"folder": folder})
    except ValidationError as error:
        lines = _line_numbers(text)
        first: dict[tuple[str, ...], str] = {}
        for one in error.errors(include_url=False):
            where = tuple(map(str, one["loc"][:2]))
            source = overridden.get(where) or f"{path}:{lines.get(where) or lines.get(where[:1], 1)}"
            first.setdefault(where, f"{source}: {'.'.join(where)}: {_sentence(one)}")
        raise ConfigError(tuple(first.values())) from None


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise ConfigError((f"{path}: cannot be read: {error.strerror}",)) from None
    except UnicodeDecodeError:
        raise ConfigError((f"{path}: not UTF-8; allowed: TOML 1.0 in UTF-8",)) from None


def _parse(path: Path | None, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT.fullmatch(str(error))
        if not found:
            raise ConfigError((f"{path}:1: {error}",)) from None
        line = found["line"] or str(text.count("\n") + 1)
        place = f"{line}:{found['column']}" if found["column"] else line
        raise ConfigError((f"{path}:{place}: not TOML: {found['what']}",)) from None


def _override(data: dict[str, Any], environ: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """Put POSTERN__SECTION__KEY values into `data`; return which variable set which key."""
    origins: dict[tuple[str, ...], str] = {}
    for name in sorted(environ):
        if not name.startswith(PREFIX):
            continue
        section, _, key = name.removeprefix(PREFIX).lower().partition("__")
        origins[(section, key) if key else (section,)] = name
        inner = data.setdefault(section, {})
        if not key:
            data[section] = _value(environ[name])
        elif isinstance(inner, dict):
            inner[key] = _value(environ[name])
    return origins


def _value(text: str) -> Any:
    """Read a variable as TOML where it is TOML (4, true, ["a"]), else as plain text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _line_numbers(text: str) -> dict[tuple[str, ...], int]:
    """Find the line of each section and key; inline tables count as the line of their section."""
    section: tuple[str, ...] = ()
    lines: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        found = _LINE.match(line)
        if not found:
            continue
        if found["section"]:
            section = (found["section"].strip("\"'"),)
            lines.setdefault(section, number)
        else:
            words = tuple(word.strip(" \t\"'") for word in found["key"].split("."))
            lines.setdefault((section + words)[:2], number)
    return lines


def _sentence(error: ErrorDetails) -> str:
    """Say what is wrong and what is allowed."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        section = sections().get(str(error["loc"][0])) if len(error["loc"]) > 1 else None
        names = section.model_fields if section else sections()
        return f"unknown {'key' if section else 'section'}; allowed: {', '.join(names)}"
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        return f"unknown word; allowed: {context['expected']}"
    if kind == "string_pattern_mismatch":
        return "holds characters that it may not hold; allowed: a host name or an address literal"
    if kind in _BOUNDS:
        trouble, words, bound = _BOUNDS[kind]
        number = context[bound]
        return f"{trouble}; allowed: {f'{number} {words}' if bound == 'ge' else f'{words} {number}'}"
    return _TYPES.get(kind, error["msg"])
