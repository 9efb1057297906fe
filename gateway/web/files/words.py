"""What the pages say, in one language: every page has all of them, which the type checker sees to."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """The heading of a page, and the sentences below it."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A language."""

    tag: str
    """RFC 5646."""
    gate: Said
    unknown: Said
    arriving: Said
    checking: Said
    revoked: Said
    banned: Said
    expired: Said
    resting: Said
    busy: Said
    unavailable: Said
    asked: Said
    not_asked: Said
    """The plea lacks an address, or there were too many."""
    name: str
    size: str
    kind: str
    sent_to: str
    checked: str
    until: str
    download: str
    again: str
    """A link that loads the page once more."""
    other_address: str
    """A link to the same file on another domain."""
    ask_title: str
    ask_text: str
    address: str
    reason: str
    ask: str
    contact: str
    """Before an address, with a blank behind it."""
    not_yet: str
    """Not scanned yet."""
    unexpected: str
    units: tuple[str, str, str, str]
    decimal: str
    months: tuple[str, ...]
    day: str
    """A date and time of UTC, from day, month, year, hour and minute."""
    kinds: Mapping[str, str]
    """By main type, or whole media type."""
    other_kind: str
