"""Tenants, where their mail goes, and who may share one SMTP transaction."""

from dataclasses import dataclass, field
from enum import StrEnum

from gateway.model.origin import Origin
from gateway.model.policy import Policy


class Scheme(StrEnum):
    """How a hop is spoken to."""

    SMTP = "smtp"
    LMTP = "lmtp"
    MAILDIR = "maildir"


@dataclass(frozen=True, slots=True)
class Hop:
    """One place where mail can be handed over: a host and port, or a Maildir folder."""

    scheme: Scheme
    host: str = ""
    port: int = 25
    path: str = ""
    """The folder of a `maildir:` hop; relative ones are taken from the settings' folder."""

    def __str__(self) -> str:
        return f"maildir:{self.path}" if self.scheme is Scheme.MAILDIR else f"{self.scheme}://{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Route:
    """Hops in order; the first that answers gets the mail."""

    hops: tuple[Hop, ...]

    def __str__(self) -> str:
        return ", ".join(map(str, self.hops))


@dataclass(frozen=True, slots=True)
class Tenant:
    """One customer: its policy, and the addresses that lead to it."""

    name: str
    domains: tuple[str, ...]
    recipients: tuple[str, ...]
    policy: Policy
    route: Route
    override: str = ""
    """Who answers for domains that are wider than one organisation."""
    origin: Origin = field(default=Origin(), compare=False)
    """Of the domains."""


@dataclass(frozen=True, slots=True)
class Group:
    """Recipients that one transaction may hold: same effective policy, same route.

    SMTP gives one answer after DATA; a mixed outcome could not be told truthfully, so recipients of
    another Group wait for another transaction (452 4.5.3).
    """

    tenants: tuple[str, ...]
    policy: Policy
    route: Route

    def may_join(self, tenant: Tenant) -> bool:
        """Tell whether mail for `tenant` gets the same verdict and goes the same way."""
        return self.policy.fingerprint == tenant.policy.fingerprint and self.route == tenant.route
