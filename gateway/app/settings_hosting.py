"""The settings of hosted files: attachment domains, and the keys of their links."""

import re
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from gateway.app.section import Section, setting
from gateway.app.units import Kind, MaybeLocation
from gateway.model.hosted import Shard, ShardState
from gateway.reputation.shards import DEFAULT_POOL

_LABELS = re.compile(r"(?=.{4,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+")
_ALLOWED = (
    'allowed: "files1.example", {domain = "files2.example", pool = "gold", weight = 2, spare = true, pin = ["acme"]}'
)


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class _Declared:
    """An attachment domain as an admin writes it."""

    domain: str
    pool: str = DEFAULT_POOL
    weight: float = 1.0
    spare: bool = False
    pin: tuple[str, ...] = ()


_declared = TypeAdapter(_Declared).validate_python


def parse_domain(value: object) -> Shard:
    """Return the attachment domain that a name or a table stands for."""
    try:
        one = _declared({"domain": value} if isinstance(value, str) else value)
    except ValidationError as error:
        key = ".".join(map(str, error.errors()[0]["loc"])) or "it"
        raise ValueError(f"{value!r:.80} is not an attachment domain ({key}); {_ALLOWED}") from None
    name = one.domain.lower().removesuffix(".")
    if not _LABELS.fullmatch(name) or not 0 < one.weight <= 1000 or not one.pool:
        raise ValueError(f"{value!r:.80} is not an attachment domain; {_ALLOWED}")
    state = ShardState.SPARE if one.spare else ShardState.ACTIVE
    return Shard(name, one.pool, one.weight, state, is_spare=one.spare, pins=one.pin)


def _several(value: object) -> object:
    """Take a list from TOML, and a text with commas from the environment."""
    if isinstance(value, str):
        return tuple(filter(None, map(str.strip, value.split(","))))
    return tuple(value) if isinstance(value, list) else value


Domains = Annotated[
    tuple[Annotated[Shard, BeforeValidator(parse_domain)], ...],
    BeforeValidator(_several),
    Kind("list of names or tables"),
]


class Hosting(Section):
    """Files that wait behind links, for policies with `action: host` (docs/hosting.md)."""

    domains: Domains = setting(
        (),
        "Attachment domains, at least six and none of them used for anything else: a name, or a table with `domain`,"
        " `pool`, `weight`, `spare` and `pin` (a list of tenants).",
    )
    keys: MaybeLocation = setting(
        None,
        "Keys that sign links, one to a line, the last one in use (`postern keys make-link`). "
        "Without it `link.keys` in the store's folder.",
    )
    scheme: Literal["https", "http"] = setting("https", "Of links; `http` is for tests.")
    port: int = setting(443, "Of links.", ge=1, le=65535)

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        names: dict[str, int] = {}
        for one in self.domains:
            names[one.domain] = names.get(one.domain, 0) + 1
        if twice := [name for name, count in names.items() if count > 1]:
            raise ValueError(f"{twice[0]} stands twice in domains; allowed: each domain once")
        return self
