"""Parsed policy as data: families, rules, and the sets that workers swap in one assignment."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from gateway.model.limits import Limits


class Action(IntEnum):
    """What is done to an artifact or a message, from mild to severe; the most severe wins."""

    ALLOW = 0
    TAG = 10
    REBUILD = 30
    DEFER = 50
    REJECT = 60

    @property
    def word(self) -> str:
        """The word that policy files, logs and pages use."""
        return self.name.lower()


class Ambiguous(StrEnum):
    """What is done to a message that readers could see differently; it is never relayed as it came."""

    REJECT = "reject"
    QUARANTINE = "quarantine"
    """Like reject, until there is a store to keep it in."""
    REBUILD = "rebuild"
    """A new message of the judged parts, where each of them passes on its own; else reject."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where in a policy file something was written; line and column count from 1."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of file that admins think of as one: what it is called, shows and claims."""

    name: str
    label: str
    ext: frozenset[str]
    """Extensions, lower case, without the dot."""
    detected: frozenset[str]
    """Media types that the content shows."""
    declared: frozenset[str]
    """Media types that senders declare."""
    origin: Origin = field(default=Origin(), compare=False)


@dataclass(frozen=True, slots=True)
class When:
    """A rule's condition: all fields that are set must hold."""

    family: frozenset[str] = frozenset()
    """By content, by any name or by declared type: a disguise of a family matches as well."""
    infected: bool = False
    """A scanner found malware in the file."""


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
    note: str = ""
    origin: Origin = field(default=Origin(), compare=False)


@dataclass(frozen=True, slots=True)
class ReplyStyle:
    """How much a refusal tells the sender."""

    help_url: str = ""
    """With {reason} and {id} to be filled in; empty for none."""
    show_file_name: bool = True
    show_virus_name: bool = True


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
    ambiguous_mime: Ambiguous = Ambiguous.REJECT
    over_limit: Action = Action.REJECT
    when_down: Action = Action.DEFER
    """When no scanner gave a complete verdict."""
    limits: Limits = Limits()
    replies: ReplyStyle = ReplyStyle()
