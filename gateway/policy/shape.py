"""The keys of each policy file, their types and their allowed words: the contract with whoever writes one.

A key that is not here is refused. Which keys a file sets can be asked of each model (`model_fields_set`);
what it leaves out comes from the file that it extends, and from gateway/model after that.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from gateway.model import limits
from gateway.model.policy import ReplyStyle
from gateway.policy.linkshape import Links
from gateway.policy.ruleshape import Rule
from gateway.policy.words import (
    Act,
    Address,
    AnySize,
    Count,
    Domain,
    Duration,
    Extension,
    FilePath,
    HelpUrl,
    Hops,
    Identifier,
    LastDay,
    Line,
    MediaType,
    Parent,
    Reason,
    Shape,
    Share,
    Size,
    WordOrKeys,
)

_LIMITS, _REPLIES = limits.Limits(), ReplyStyle()


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


class AddressList(Shape):
    """A list in a file of its own, one entry a line, `#` before a comment."""

    file: FilePath
    kind: Literal["sender_domains", "senders", "recipients"]
    max_age: Duration | None = None


class Otherwise(Shape):
    """What happens to a file that no rule and no allowed family covers."""

    action: Act
    keep: Literal["quarantine"] | None = None
    reason: Reason = "type_not_allowed"


class Limits(Shape):
    """Bounds on one message."""

    size: Size = _LIMITS.size
    parts: Count = _LIMITS.parts
    depth: Annotated[int, Field(ge=1, le=50)] = _LIMITS.depth
    members: Count = _LIMITS.members
    expanded: Size = _LIMITS.expanded
    ratio: Count = _LIMITS.ratio
    seconds: Annotated[float, Field(gt=0, le=60)] = _LIMITS.seconds


class OverLimit(Shape):
    """What happens where a limit other than `size` was reached."""

    action: Literal["tag", "quarantine", "defer", "reject"]
    reason: Literal["too_complex"] = "too_complex"


class Signed(Shape):
    """What happens where an edit would break a signature of the sender's."""

    on_change: Literal["edit", "tag", "reject"]


class Tag(Shape):
    """How a message is marked, beside the header field."""

    subject: Line = ""
    banner: bool = False


class Message(Shape):
    """What holds for a message as a whole."""

    limits: Limits = Limits()
    ambiguous_mime: Literal["reject", "quarantine", "rebuild"] = "reject"
    over_limit: Annotated[OverLimit, WordOrKeys()] = OverLimit(action="reject")
    signed_mail: Signed = Signed(on_change="tag")
    mixed_recipients: Literal["split", "hold"] = "split"
    tag: Tag = Tag()


DownWord = Literal["allow", "tag", "quarantine", "defer"]


class Down(Shape):
    """What happens while no scanner gives a whole verdict; each other key is a family with a word of its own."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, DownWord] = Field(init=False)

    action: DownWord = "defer"
    max: Duration | None = None
    then: DownWord = "defer"

    @property
    def families(self) -> dict[str, Any]:
        """The families with a word of their own."""
        return dict(self.__pydantic_extra__)


class Ignored(Shape):
    """The name of a signature that takes honest files for malware."""

    name: Line
    expires: LastDay
    ticket: Line = ""


class Scanning(Shape):
    """What happens where scanners say nothing, or too much."""

    when_down: Annotated[Down, WordOrKeys()] = Down()
    unscannable: Literal["tag", "quarantine", "defer", "reject"] = "reject"
    ignore_signatures: list[Ignored] = Field(default=[])


class Rescan(Shape):
    """When a hosted file is scanned again."""

    on_new_signatures: bool = True
    at_least_every: Duration = 86_400.0


class Hosting(Shape):
    """How detached files are hosted."""

    pool: Line = ""
    gate: Literal["click", "none"] = "click"
    over: AnySize = 0
    ttl: Duration = 30 * 86_400.0
    rescan: Rescan = Rescan()
    deliver_before_scan: bool = False


class Quarantine(Shape):
    """How long held messages are kept, and who may release them, by reason word."""

    keep: Duration = 30 * 86_400.0
    release: dict[Identifier, Literal["self", "request", "never"]] = Field(default={})


class Notices(Shape):
    """What recipients are told about parts that were taken out."""

    languages: Annotated[list[Identifier], Field(min_length=1)] = Field(default=["en"])
    contact: Line = ""


class Replies(Shape):
    """How much a refusal tells the sender."""

    help_url: HelpUrl = _REPLIES.help_url
    show_file_name: bool = _REPLIES.show_file_name
    show_virus_name: bool = _REPLIES.show_virus_name
    show_held: bool = _REPLIES.show_held


class Rollout(Shape):
    """How a change comes into force."""

    guard: dict[Literal["all", "tenant", "public_suffix", "sender_domain"], Share] = Field(default={})
    canary: list[Share] = Field(default=[])
    hold: Duration = 0.0


class Test(Shape):
    """A message (.eml), or a file to attach to one, and what must become of it."""

    name: Line
    file: FilePath
    expect: Literal["allow", "tag", "host", "strip", "rebuild", "quarantine", "defer", "reject"]
    reason: Line = ""


class Layer(Shape):
    """What each file may set over the one that it extends."""

    version: Literal[1] = Field(1, alias="schema")
    extends: Parent = "default"
    families: dict[Identifier, Family] = Field(default={})
    lists: dict[Identifier, AddressList] = Field(default={})
    rules: list[Rule] = Field(default=[])
    allow: list[str] = Field(default=[])
    otherwise: Annotated[Otherwise, WordOrKeys()] = Otherwise(action="reject")
    message: Message = Message()
    scanning: Scanning = Scanning()
    hosting: Hosting = Hosting()
    links: Links = Links()
    quarantine: Quarantine = Quarantine()
    notices: Notices = Notices()
    replies: Replies = Replies()
    rollout: Rollout = Rollout()
    tests: list[Test] = Field(default=[])


class DefaultFile(Layer):
    """default.yaml: what holds where a tenant's file says nothing."""

    allow: list[str]
    otherwise: Annotated[Otherwise, WordOrKeys()]


class PresetFile(Layer):
    """presets/NAME.yaml: a file that tenants extend."""

    note: Line


class TenantFile(Layer):
    """tenants/NAME.yaml."""

    tenant: Identifier
    domains: list[Domain] = Field(default=[])
    recipients: list[Address] = Field(default=[])
    next_hop: Hops
    override: Line = ""

    @model_validator(mode="after")
    def _has_recipients(self) -> Self:
        if not self.domains and not self.recipients:
            raise ValueError('a tenant needs "domains" or "recipients"; without them no mail is for it')
        return self
