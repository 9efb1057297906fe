"""One policy file: plain data with positions in, its shape out, or every mistake in it with its place.

Never raises; says for each mistake what was found and what is allowed.
"""

from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from gateway.policy.source import Document, Path, Plain, Problem, unknown
from gateway.policy.words import Shape

_KINDS: dict[type, str] = {
    type(None): "nothing",
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "keys with values",
}
_WANTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "less_than_equal": ("le", "at most"),
    "greater_than": ("gt", "above"),
}
File = TypeVar("File", bound=Shape)


def parse(document: Document, shape: type[File], problems: list[Problem]) -> File | None:
    """Return the file's shape, or None after appending what is wrong with it to `problems`."""
    try:
        return shape.model_validate(document.value)
    except ValidationError as error:
        problems.extend(_problem(document, shape, one) for one in error.errors(include_url=False))
        return None


def _problem(document: Document, shape: type[Shape], error: Mapping[str, Any]) -> Problem:
    path = tuple(error["loc"])
    match error["type"]:
        case "extra_forbidden":
            return document.key_problem(path, unknown("key", path[-1], _keys(shape, path[:-1])))
        case "missing":
            return document.problem(path[:-1], f'the key "{path[-1]}" is missing')
        case kind:
            return document.problem(path, _sentence(kind, error["input"], error.get("ctx", {})))


def _sentence(kind: str, given: Plain, context: Mapping[str, Any]) -> str:
    """Say what is wrong with a value, by the name that pydantic has for it."""
    match kind:
        case "literal_error":
            allowed = _words(context["expected"])
            wrong = f"{_shown(given)} does not belong here; allowed: {', '.join(allowed)}"
            return unknown("word", given, allowed) if isinstance(given, str) else wrong
        case "value_error":
            return str(context["error"])
        case "too_short":
            return "is empty; it needs at least one entry"
        case "greater_than_equal" | "less_than_equal" | "greater_than":
            key, words = _BOUNDS[kind]
            return f"{_shown(given)} is out of bounds; allowed: {words} {context[key]:g}"
        case _:
            hint = "; put it in quotes" if kind == "string_type" and isinstance(given, bool | int | float) else ""
            return f"must be {_WANTED.get(kind, 'something else')}, not {_kind(given)}{hint}"


def _keys(shape: type[BaseModel], path: Path) -> tuple[str, ...]:
    """Return the keys that are allowed in the mapping at `path`."""
    kind: Any = shape
    for step in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = next(one.annotation for name, one in kind.model_fields.items() if step in (name, one.alias))
        else:
            kind = get_args(kind)[-1]
        kind = _without_none(kind)
    return tuple(one.alias or name for name, one in kind.model_fields.items())


def _without_none(kind: Any) -> Any:
    """Take "| None" and what is annotated off a type."""
    while not isinstance(kind, type) and get_origin(kind) in (Union, UnionType, Annotated):
        kind = get_args(kind)[0]
    return kind


def _words(expected: str) -> tuple[str, ...]:
    """Take pydantic's "'tag', 'defer' or 'reject'" apart."""
    return tuple(word.strip("'") for word in expected.replace(" or ", ", ").split(", "))


def _kind(value: Plain) -> str:
    return _KINDS.get(type(value), "something else")


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value).lower()[:100] if isinstance(value, bool) else str(value)[:100]
