"""The kinds of words that policy files are made of, each with its check and its form for editors (JSON Schema).

A check raises ValueError with a sentence that says what is allowed; the parser adds the place.
"""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    WithJsonSchema,
)
from pydantic_core.core_schema import CoreSchema, no_info_before_validator_function

from gateway.model.tenant import Hop
from gateway.policy.units import address, clock, domain, duration, hop, last_day, share, size

Act = Literal["allow", "tag", "host", "strip", "quarantine", "defer", "reject"]
Reason = Literal[
    "type_not_allowed",
    "executable",
    "disguised",
    "macros",
    "active_content",
    "encrypted",
    "unreadable",
    "malware",
    "spf_failed",
    "dkim_failed",
    "dmarc_failed",
    "arc_failed",
    "auth_undecided",
]
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_EXT = re.compile(r"[a-z0-9][a-z0-9_-]{0,18}")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")
_PIN = re.compile(r"([a-z0-9][a-z0-9_-]{0,62})(@sha256:[0-9a-f]{16})?")


class Shape(BaseModel):
    """A mapping with known keys and no others."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


@dataclass(frozen=True, slots=True)
class OneOrMore:
    """Makes one word stand for a list of one."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_before_validator_function(_several, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        made = handler(core)
        return {"anyOf": [made["items"], made]}


@dataclass(frozen=True, slots=True)
class WordOrKeys:
    """Makes one word stand for a mapping that names an action only."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_before_validator_function(_as_action, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        made = handler(core)
        action = handler.resolve_ref_schema(made)["properties"]["action"]
        return {"anyOf": [{"type": "string", "enum": action["enum"]}, made]}


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _as_action(value: object) -> object:
    return value if isinstance(value, list | dict | BaseModel) else {"action": value}


def _identifier(value: str) -> str:
    if not _ID.fullmatch(value):
        raise ValueError(f'"{value:.100}" is not a name; allowed: lower case letters, digits, "-" and "_"')
    return value


def _extension(value: str) -> str:
    if not _EXT.fullmatch(value):
        raise ValueError(f'"{value:.100}" is not an extension; allowed: lower case letters and digits without the dot')
    return value


def _media_type(value: str) -> str:
    if not _MEDIA_TYPE.fullmatch(value):
        raise ValueError(f'"{value:.100}" is not a media type; allowed: type/subtype in lower case')
    return value


def _help_url(value: str) -> str:
    if value and not re.fullmatch(r"https?://[!-~]{1,190}", value):
        raise ValueError(f'"{value:.100}" is not a web address; allowed: https://… in ASCII, at most 200 characters')
    placeholders = re.findall(r"\{[^}]*\}?", value)
    if wrong := set(placeholders) - {"{reason}", "{id}"}:
        raise ValueError(f"unknown placeholder {min(wrong)}; allowed: {{reason}}, {{id}}")
    if len(placeholders) != len(set(placeholders)):
        raise ValueError("a placeholder stands twice; allowed: {reason} and {id} once each")
    return value


def _path(value: str) -> str:
    if len(value) > 200 or not _PATH.fullmatch(value):
        raise ValueError(f'"{value:.100}" is not a file below the policy folder; allowed: lists/partners.txt')
    return value


def _pattern(value: str) -> str:
    if not 0 < len(value) <= 200 or "/" in value:
        raise ValueError("a pattern for names has 1 to 200 characters and no slash; allowed: invoice-*.pdf")
    return value


def _parent(value: str) -> str:
    if not _PIN.fullmatch(value):
        raise ValueError(
            f'"{value:.100}" is not a parent; allowed: default or the name of a file in presets/, '
            "with @sha256: and 16 hexadecimal digits to pin it"
        )
    return value


def _line(value: str) -> str:
    if len(value) > 200 or not value.isprintable():
        raise ValueError("must be one line of at most 200 characters")
    return value


Identifier = Annotated[str, AfterValidator(_identifier), Field(json_schema_extra={"pattern": f"^{_ID.pattern}$"})]
Extension = Annotated[str, AfterValidator(_extension)]
MediaType = Annotated[str, AfterValidator(_media_type)]
HelpUrl = Annotated[str, AfterValidator(_help_url)]
FilePath = Annotated[str, AfterValidator(_path)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Parent = Annotated[str, AfterValidator(_parent)]
Line = Annotated[str, AfterValidator(_line)]
Domain = Annotated[str, AfterValidator(domain)]
Address = Annotated[str, AfterValidator(address)]
Count = Annotated[int, Field(ge=1, le=100_000)]
Depth = Annotated[int, Field(ge=0, le=50)]
AnySize = Annotated[
    int, BeforeValidator(size), WithJsonSchema({"type": "string", "pattern": "^[0-9]+(B|KiB|MiB|GiB)$"})
]
Size = Annotated[AnySize, Field(ge=1)]
Duration = Annotated[
    float, BeforeValidator(duration), WithJsonSchema({"type": "string", "pattern": "^[0-9]+(s|m|h|d)$"})
]
Share = Annotated[float, BeforeValidator(share), WithJsonSchema({"type": "string", "pattern": "^[0-9]+([.][0-9]+)?%$"})]
LastDay = Annotated[float, BeforeValidator(last_day), WithJsonSchema({"type": "string", "format": "date"})]
Clock = Annotated[
    int, BeforeValidator(clock), WithJsonSchema({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})
]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_HOP = {"type": "string", "pattern": "^(smtp://|lmtp://|maildir:)"}
Hops = Annotated[list[Annotated[Hop, PlainValidator(hop), WithJsonSchema(_HOP)]], Field(min_length=1), OneOrMore()]
