"""The keys of each policy file, their types and their allowed words: the contract with whoever writes one.

A key that is not here is refused. Which keys a file sets can be asked of each model (`model_fields_set`);
what it leaves out comes from the default file, and from gateway/model after that.
"""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, model_validator

from gateway.model import limits
from gateway.model.policy import ReplyStyle
from gateway.model.tenant import Hop
from gateway.policy.units import address, domain, hop, size

_LIMITS, _REPLIES = limits.Limits(), ReplyStyle()
Act = Literal["allow", "tag", "strip", "quarantine", "reject", "defer"]
Reason = Literal[
    "type_not_allowed", "executable", "disguised", "macros", "active_content", "encrypted", "unreadable", "malware"
]
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_EXT = re.compile(r"[a-z0-9][a-z0-9_-]{0,18}")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")


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


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else value


Identifier = Annotated[str, AfterValidator(_identifier)]
Extension = Annotated[str, AfterValidator(_extension)]
MediaType = Annotated[str, AfterValidator(_media_type)]
Size = Annotated[int, BeforeValidator(size), Field(ge=1)]
Count = Annotated[int, Field(ge=1, le=100_000)]
Domain = Annotated[str, AfterValidator(domain)]
Address = Annotated[str, AfterValidator(address)]
Hops = Annotated[list[Annotated[Hop, PlainValidator(hop)]], BeforeValidator(_several), Field(min_length=1)]


class Shape(BaseModel):
    """A mapping with known keys and no others."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Family(Shape):
    """A family of files: what it is called, shows and claims."""

    label: str
    ext: list[Extension]
    detected: list[MediaType]
    declared: list[MediaType]


class FamiliesFile(Shape):
    """families.yaml."""

    version: Literal[1] = Field(1, alias="schema")
    families: Annotated[dict[Identifier, Family], Field(min_length=1)]


class Limits(Shape):
    """Bounds on one message."""

    size: Size = _LIMITS.size
    parts: Count = _LIMITS.parts
    depth: Annotated[int, Field(ge=1, le=50)] = _LIMITS.depth
    members: Count = _LIMITS.members
    expanded: Size = _LIMITS.expanded
    ratio: Count = _LIMITS.ratio
    seconds: Annotated[float, Field(gt=0, le=60)] = _LIMITS.seconds


class Message(Shape):
    """What holds for a message as a whole."""

    limits: Limits = Limits()
    ambiguous_mime: Literal["reject", "quarantine", "rebuild"] = "reject"
    over_limit: Literal["tag", "defer", "reject"] = "reject"


class Scanning(Shape):
    """What happens when no scanner gave a whole verdict."""

    when_down: Literal["defer", "tag"] = "defer"


class Replies(Shape):
    """How much a refusal tells the sender."""

    help_url: Annotated[str, AfterValidator(_help_url)] = _REPLIES.help_url
    show_file_name: bool = _REPLIES.show_file_name
    show_virus_name: bool = _REPLIES.show_virus_name
    show_held: bool = _REPLIES.show_held


class When(Shape):
    """A rule's condition; all keys that are set must hold."""

    family: Annotated[list[str], Field(min_length=1)] = []
    infected: Literal[True] | None = None

    @model_validator(mode="after")
    def _has_condition(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("a rule needs a condition; allowed: family, infected")
        return self


class Then(Shape):
    """What a rule does."""

    action: Act
    reason: Reason | None = None

    @model_validator(mode="after")
    def _gives_reason(self) -> Self:
        if self.action != "allow" and self.reason is None:
            raise ValueError('the key "reason" is missing: whoever is refused or marked must hear why')
        return self


class Rule(Shape):
    """One rule of the default file."""

    id: Identifier
    note: str = ""
    when: When
    then: Then
    locked: bool = False


class Layer(Shape):
    """What a tenant may set over the default."""

    version: Literal[1] = Field(1, alias="schema")
    allow: list[str] = []
    otherwise: Act = "reject"
    message: Message = Message()
    scanning: Scanning = Scanning()
    replies: Replies = Replies()


class DefaultFile(Layer):
    """default.yaml: what holds where a tenant's file says nothing."""

    rules: list[Rule] = []
    allow: list[str]
    otherwise: Act


class TenantFile(Layer):
    """tenants/NAME.yaml."""

    tenant: Identifier
    domains: list[Domain] = []
    recipients: list[Address] = []
    next_hop: Hops

    @model_validator(mode="after")
    def _has_recipients(self) -> Self:
        if not self.domains and not self.recipients:
            raise ValueError('a tenant needs "domains" or "recipients"; without them no mail is for it')
        return self
