"""The settings of domain health: who is asked about attachment domains, and who is told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, ValidationInfo, model_validator

from gateway.app.section import Section, setting
from gateway.app.units import Duration, Kind, MaybeAddress, MaybeLocation, Resolvers

_ZONE = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+")
_WEB = re.compile(r"https?://[^\s{}]*(?:\{domain\}[^\s{}]*)+")
_MAILBOX = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[A-Za-z0-9.-]+")
_ADDRESSES = ("127.0.0.2", "127.0.0.1")
_TESTS: Mapping[str, tuple[str, str]] = {
    "dbl": ("dbltest.com", "invalid"),
    "surbl": ("surbl-org-permanent-test-point.com", "invalid"),
    "uribl": ("test.uribl.com", "invalid"),
    "zen": _ADDRESSES,
    "ip": _ADDRESSES,
    "safebrowsing": ("malware.testing.google.test/testing/malware/", "example.com"),
    "web": ("", ""),
}
"""By kind: what such a source must list and what it must not (RFC 5782 section 5, and the lists' own pages)."""
_ALLOWED = (
    'allowed: "dbl:ZONE", "surbl:ZONE", "uribl:ZONE", "zen:ZONE", "ip:ZONE", "safebrowsing:KEYFILE", '
    '"web:https://…{domain}…", each with " listed=NAME", " clean=NAME" and, for web, " at=/POINTER" behind it'
)


@dataclass(frozen=True, slots=True)
class SourceSetting:
    """One source as an admin writes it."""

    kind: str
    target: str
    """Zone, path of the key, or address."""
    must: str
    must_not: str
    pointer: str | None = None

    @property
    def name(self) -> str:
        """Under which its answers are kept and shown."""
        if self.kind == "safebrowsing":
            return self.kind
        return self.target.split("/")[2].rpartition("@")[2] if self.kind == "web" else self.target


def parse_source(value: object, info: ValidationInfo) -> SourceSetting:
    """Return the source that a text such as "dbl:dbl.spamhaus.org" stands for."""
    words = value.split() if isinstance(value, str) else []
    kind, _, target = words[0].partition(":") if words else ("", "", "")
    options = dict(word.partition("=")[::2] for word in words[1:])
    if kind not in _TESTS or not target or options.keys() - {"listed", "clean", *(["at"] if kind == "web" else [])}:
        raise ValueError(f"{value!r:.80} is not a source; {_ALLOWED}")
    is_right = _WEB.fullmatch(target) if kind == "web" else kind == "safebrowsing" or _ZONE.fullmatch(target)
    pointer = options.get("at")
    if not is_right or (pointer and not pointer.startswith("/")):
        raise ValueError(f"{value!r:.80} is not a source; {_ALLOWED}")
    if kind == "safebrowsing":
        target = str(Path(info.context["folder"] if info.context else "", target).absolute())
    must, must_not = _TESTS[kind]
    return SourceSetting(kind, target, options.get("listed", must), options.get("clean", must_not), pointer)


def parse_mailbox(value: object) -> str:
    """Return the mail address that a text is."""
    if isinstance(value, str) and _MAILBOX.fullmatch(value):
        return value
    raise ValueError(f'{value!r:.80} is not a mail address; allowed: such as "admin@example.net"')


def _several(value: object) -> object:
    """Take a list from TOML, and a text with commas from the environment."""
    if isinstance(value, str):
        return tuple(filter(None, map(str.strip, value.split(","))))
    return tuple(value) if isinstance(value, list) else value


Sources = Annotated[
    tuple[Annotated[SourceSetting, BeforeValidator(parse_source)], ...],
    BeforeValidator(_several),
    Kind("list of sources"),
]
Mailboxes = Annotated[
    tuple[Annotated[str, BeforeValidator(parse_mailbox)], ...],
    BeforeValidator(_several),
    Kind("list of mail addresses"),
]


class Listings(Section):
    """Who is asked whether our attachment domains are listed, by `postern serve --role jobs` (docs/domains.md)."""

    sources: Sources = setting(
        (),
        "Lists, such as `dbl:dbl.spamhaus.org`, `surbl:multi.surbl.org`, `uribl:multi.uribl.com`,"
        " `zen:zen.spamhaus.org` (addresses), `safebrowsing:KEYFILE`, `web:https://…{domain}…`;"
        " a name behind `listed=` must always be listed, one behind `clean=` never.",
    )
    interval: Duration = setting("5m", "How often each source is asked about each domain.")
    jitter: Duration = setting("30s", "By how much later, at most, by chance.")
    confirm: Duration = setting("30s", "A listing counts when the source says so again after this time.")
    agree: int = setting(1, "Sources that must agree on a listing.", ge=1)
    clean_for: Duration = setting(
        "24h", "A listed domain comes back when those who listed it have called it clean for so long."
    )
    trusted_after: Duration = setting(
        "1h", "A source that listed what it must not, or did not list what it must, is heard again after so long."
    )
    resolver: Resolvers = setting(
        (), "DNS servers for lists, with a port where it is not 53; none: those of the system. No public ones."
    )
    safe_browsing: str = setting(
        "https://safebrowsing.googleapis.com", "Where the Safe Browsing API is.", pattern=r"^https?://[^\s/]+$"
    )

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        names = [one.name for one in self.sources]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"{twice[0]} stands twice in sources; allowed: each source once")
        return self


class Alarms(Section):
    """Who is told when something needs somebody: a listed domain, a hosted file that turned bad."""

    webhook: str = setting("", "Where alarms go as JSON, by POST.", pattern=r"^(https?://\S+)?$")
    webhook_token: MaybeLocation = setting(None, "File with what goes into `Authorization: Bearer`.")
    mail_server: MaybeAddress = setting(None, "The MTA that takes alarms as mail. None: no mail.")
    mail_from: str = setting("", "Who they come from.", pattern=r"^([^\s@]+@[^\s@]+)?$")
    mail_to: Mailboxes = setting((), "Who gets them.")

    @model_validator(mode="after")
    def _has_both_ends(self) -> Self:
        if self.mail_server and not (self.mail_from and self.mail_to):
            raise ValueError("a mail_server without mail_from and mail_to; allowed: all three, or none")
        return self
