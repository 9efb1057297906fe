"""Parsed policy as data: rules, and what holds for a message as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from types import MappingProxyType

from gateway.model.conditions import When
from gateway.model.families import Family, FamilyIndex, index
from gateway.model.limits import Limits
from gateway.model.links import Links
from gateway.model.origin import Origin

DAY = 86_400.0
"""Seconds."""


class Action(IntEnum):
    """What is done to an artifact or a message, from mild to severe; the most severe wins."""

    ALLOW = 0
    TAG = 10
    HOST = 20
    """The part gives way to a link; the file waits behind it."""
    STRIP = 30
    """The part gives way to a notice."""
    REBUILD = 35
    QUARANTINE = 40
    """The message is held, whole and as it came; the client hears 250."""
    DEFER = 50
    REJECT = 60

    @property
    def word(self) -> str:
        """The word that policy files, logs and pages use."""
        return self._name_.lower()  # `name` goes through a descriptor of enum, for each message several times


class Ambiguous(StrEnum):
    """What is done to a message that readers could see differently; it is never relayed as it came."""

    REJECT = "reject"
    QUARANTINE = "quarantine"
    """Held as it came."""
    REBUILD = "rebuild"
    """A new message of the judged parts, where each of them passes on its own; else reject."""


class SignedMail(StrEnum):
    """What is done where a change would break a signature of the sender's (S/MIME, PGP, RFC 1847)."""

    EDIT = "edit"
    """Edit all the same."""
    TAG = "tag"
    """Leave the content whole and mark the message; a part that must not pass makes it reject."""
    REJECT = "reject"


class MixedRecipients(StrEnum):
    """What is done where recipients of one transaction have different policies or routes."""

    SPLIT = "split"
    """452 4.5.3 for recipients of another Group; the client brings them in another transaction."""
    HOLD = "hold"
    """Deliver to those who may have it, quarantine for those who may not."""


class Release(StrEnum):
    """Who may let a held message go."""

    SELF = "self"
    """The recipient."""
    REQUEST = "request"
    """An admin, when the recipient asks."""
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; the id is the same in file, log, header, reply and documentation."""

    id: str
    when: When
    action: Action
    reason: str
    """A reason word of the reply catalogue."""
    locked: bool = False
    """Stands before every tenant's own rules, and no tenant can open it."""
    keep: bool = False
    """A copy of the original goes into the quarantine, whatever else is done."""
    ttl: float | None = None
    """Seconds that a link lives, where files are hosted."""
    expires: float | None = None
    """Unix time from which it matches nothing."""
    note: str = ""
    owner: str = ""
    """Who answers for it."""
    override: str = ""
    """Who answers for a condition that is wider than one organisation."""
    origin: Origin = field(default=Origin(), compare=False)

    @property
    def passes(self) -> bool:
        """Tell whether the recipient gets the file; then a doubt about what it is counts against the rule."""
        return self.action <= Action.HOST


@dataclass(frozen=True, slots=True)
class ReplyStyle:
    """How much a refusal tells the sender."""

    help_url: str = ""
    """With {reason} and {id} to be filled in; empty for none."""
    show_file_name: bool = True
    show_virus_name: bool = True
    show_held: bool = True
    """The reply to a message that is held says so; without, it says only that the message was taken."""


@dataclass(frozen=True, slots=True)
class Quarantining:
    """How long held messages are kept, and who may release them."""

    keep: float = 30 * DAY
    """Seconds."""
    release: Mapping[str, Release] = field(default_factory=lambda: MappingProxyType({"malware": Release.NEVER}))
    """By reason word; a reason that is not named is for the admin on request."""


@dataclass(frozen=True, slots=True)
class Notices:
    """What the recipient is told where a part was taken out or replaced."""

    languages: tuple[str, ...] = ("en",)
    """In the order in which they stand in the notice."""
    contact: str = ""
    """Whom to ask, as the admin wrote it."""


@dataclass(frozen=True, slots=True)
class Tagging:
    """How a reader sees that a message is marked, beside the fields in its header."""

    subject_prefix: str = ""
    """Stands before the subject."""
    banner: bool = False
    """Stands above the text."""


@dataclass(frozen=True, slots=True)
class Hosting:
    """How detached files are hosted."""

    pool: str = ""
    """Which attachment domains; empty for the tenant's pool of the settings."""
    gate: str = "click"
    """`click`: a page stands before the download."""
    over: int = 0
    """Bytes; smaller files that are allowed stay in the message."""
    ttl: float = 30 * DAY
    """Seconds that a link lives."""
    rescan_every: float = DAY
    """Seconds."""
    rescan_on_new_signatures: bool = True
    deliver_before_scan: bool = False


@dataclass(frozen=True, slots=True)
class IgnoredSignature:
    """A name that scanners give to honest files; files with it count as clean."""

    name: str
    """As the scanner writes it."""
    expires: float
    """Unix time from which it counts again."""
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class WhenDown:
    """What is done while no scanner gives a whole verdict, beside `Policy.when_down`."""

    max: float | None = None
    """Seconds; when no scanner has answered for so long, `then` takes its place. None for never."""
    then: Action = Action.DEFER
    families: Mapping[str, Action] = field(default_factory=lambda: MappingProxyType({}))
    """For files that are of a family in content, names and declared type."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """How a change comes into force; kept for those who bring it."""

    guard: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Largest share of verdicts that may change, from 0 to 1, by what they are counted over."""
    canary: tuple[float, ...] = ()
    """Shares of mail, one step after the other."""
    hold: float = 0.0
    """Seconds that a step lasts."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The resolved rules for one tenant."""

    name: str
    """The tenant's name, or "default"."""
    version: str
    """Of the PolicySet; stands in log and trace field."""
    fingerprint: str
    """Hash of everything that can change a verdict; equal fingerprints may share a transaction."""
    families: tuple[Family, ...]
    rules: tuple[Rule, ...]
    """In the order in which they are tried, locked ones first."""
    allow: tuple[str, ...]
    """Names of families that pass when name, declared type and content agree."""
    otherwise: Action
    """For every file that no rule and no allowed family covers."""
    otherwise_reason: str = "type_not_allowed"
    otherwise_keeps: bool = False
    ambiguous_mime: Ambiguous = Ambiguous.REJECT
    over_limit: Action = Action.REJECT
    over_limit_reason: str = "too_complex"
    when_down: Action = Action.DEFER
    """When no scanner gave a complete verdict."""
    down: WhenDown = field(default_factory=WhenDown)
    unscannable: Action = Action.REJECT
    """For what a scanner will never scan to its end."""
    ignore_signatures: tuple[IgnoredSignature, ...] = ()
    limits: Limits = Limits()
    replies: ReplyStyle = ReplyStyle()
    signed_mail: SignedMail = SignedMail.TAG
    mixed_recipients: MixedRecipients = MixedRecipients.SPLIT
    quarantine: Quarantining = field(default_factory=Quarantining)
    notices: Notices = Notices()
    tagging: Tagging = Tagging()
    hosting: Hosting = Hosting()
    links: Links = field(default_factory=Links)
    """Links to these places are rewritten onto the tenant's attachment domain."""
    asks_authentication: bool = False
    """A rule looks at what SPF, DKIM, DMARC or ARC say: then every message is verified before it is judged."""
    rollout: Rollout = field(default_factory=Rollout, compare=False)
    index: FamilyIndex = field(init=False, compare=False, repr=False)
    """Of `families`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", index(self.families))  # frozen, and derived
