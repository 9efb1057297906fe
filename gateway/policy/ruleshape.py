"""The keys of a rule: what it asks (`when`) and what it does (`then`)."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from gateway.policy.words import (
    Act,
    Address,
    AnySize,
    Clock,
    Depth,
    Domain,
    Duration,
    Identifier,
    LastDay,
    Line,
    OneOrMore,
    Pattern,
    Reason,
    Shape,
    Weekday,
)

Result = Literal["none", "pass", "fail", "softfail", "neutral", "policy", "temperror", "permerror"]
MethodWord = Literal["spf", "dkim", "dmarc", "arc"]
Names = Annotated[list[str], Field(min_length=1), OneOrMore()]
Patterns = Annotated[list[Pattern], Field(min_length=1), OneOrMore()]
Domains = Annotated[list[Domain], Field(min_length=1), OneOrMore()]
Addresses = Annotated[list[Address], Field(min_length=1), OneOrMore()]
Methods = Annotated[list[MethodWord], Field(min_length=1), OneOrMore()]
Results = Annotated[list[Result], Field(min_length=1), OneOrMore()]
Scans = Annotated[list[Literal["clean", "infected", "unscanned"]], Field(min_length=1), OneOrMore()]
Days = Annotated[list[Weekday], Field(min_length=1), OneOrMore()]


class _Asked(Shape):
    """A mapping that must ask something."""

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if not self.model_fields_set:
            keys = ", ".join(one.alias or name for name, one in type(self).model_fields.items())
            raise ValueError(f"a condition must ask something; allowed: {keys}")
        return self


class Sizes(_Asked):
    """Bounds on a file, both included."""

    min: AnySize | None = None
    max: AnySize | None = None


class Depths(_Asked):
    """Bounds on the number of containers around a file, both included."""

    min: Depth | None = None
    max: Depth | None = None


class SenderKeys(_Asked):
    """Who sent it: any of the lists, domains and addresses, and one of the methods vouches for it."""

    list: Names | None = None
    domain: Domains | None = None
    address: Addresses | None = None
    auth: Methods | None = None


class RecipientKeys(_Asked):
    """For whom it is: any of these."""

    list: Names | None = None
    domain: Domains | None = None
    address: Addresses | None = None


class MemberKeys(_Asked):
    """Families of the files in a container."""

    all: Names | None = None
    any: Names | None = None


class AuthKeys(_Asked):
    """Result words of RFC 8601 for each method."""

    spf: Results | None = None
    dkim: Results | None = None
    dmarc: Results | None = None
    arc: Results | None = None


class TimeKeys(_Asked):
    """When it came, in UTC."""

    after: Clock | None = None
    before: Clock | None = None
    days: Days | None = None


class When(_Asked):
    """A rule's condition; all keys that are set must hold."""

    family: Names | None = None
    name: Patterns | None = None
    size: Sizes | None = None
    sender: SenderKeys | None = None
    recipient: RecipientKeys | None = None
    direction: Literal["inbound"] | None = None
    encrypted: bool | None = None
    macros: bool | None = None
    active_content: bool | None = None
    mismatch: bool | None = None
    detected_family: Names | None = None
    members: MemberKeys | None = None
    depth: Depths | None = None
    scan: Scans | None = None
    auth: AuthKeys | None = None
    time: TimeKeys | None = None
    negated: "When | None" = Field(None, alias="not")


class Then(Shape):
    """What a rule does."""

    action: Act
    reason: Reason | None = None
    keep: Literal["quarantine"] | None = None
    ttl: Duration | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.action not in ("allow", "host") and self.reason is None:
            raise ValueError('the key "reason" is missing: whoever is refused or marked must hear why')
        if self.ttl is not None and self.action != "host":
            raise ValueError('"ttl" is for the action host: only a hosted file has a link that ends')
        return self


class Rule(Shape):
    """One rule; the first that matches decides a file."""

    id: Identifier
    note: Line = ""
    when: When
    then: Then
    locked: bool = False
    owner: Line = ""
    expires: LastDay | None = None
    override: Line = ""
