"""What a recipient is told where something was taken out, replaced or marked."""

from dataclasses import dataclass
from enum import StrEnum


class NoticeKind(StrEnum):
    """Which text is wanted; the value is the name of its template."""

    REMOVED = "removed"
    """Stands in the place of a file that was taken out."""
    HOSTED = "hosted"
    """Stands in the place of a file that waits behind a link."""
    BANNER = "banner"
    """Stands above the text of a marked message."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a file waits that is no longer in the message."""

    part: str
    """The MIME part whose place it takes, as `Part.where` writes it."""
    name: str
    size: int
    type: str
    url: str
    expires_at: float
    """Unix time."""


@dataclass(frozen=True, slots=True)
class NoticeFile:
    """One file that a notice tells of; everything is cleaned for showing."""

    name: str
    """Empty where it has none."""
    size: int
    """In bytes; -1 where nobody knows."""
    type: str
    """The media type that its content shows; empty where nobody knows."""
    reason: str = ""
    """A reason word of the reply catalogue."""
    url: str = ""
    expires_at: float = 0.0
    inside: tuple["NoticeFile", ...] = ()
    """The files in it because of which it was taken out."""
    more: int = 0
    """How many of these are not named."""


@dataclass(frozen=True, slots=True)
class NoticeFields:
    """What a template may say."""

    id: str
    """The message's id: what to name when asking about it, and under which it is held."""
    files: tuple[NoticeFile, ...]
    contact: str = ""
    """Whom to ask, as the admin wrote it."""
    help_url: str = ""
    is_kept: bool = False
    """The original is in the quarantine."""
    reasons: tuple[str, ...] = ()
    """Of a banner: why the message is marked."""


@dataclass(frozen=True, slots=True)
class Notice:
    """The same in two forms, lines ending with LF."""

    text: str
    html: str
    """A whole page; of a banner, a block that stands in one."""
