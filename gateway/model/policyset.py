"""All tenants' policies of one version: immutable, looked up by recipient address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gateway.model.origin import Origin
from gateway.model.policy import Policy
from gateway.model.tenant import Tenant


@dataclass(frozen=True, slots=True)
class PolicyTest:
    """What a policy file says must become of a sample."""

    name: str
    file: str
    """Below the policy folder: a message (.eml), or a file to attach to one."""
    expect: str
    """An action word."""
    reason: str
    """A reason word; empty for any."""
    policy: Policy
    origin: Origin


@dataclass(frozen=True, slots=True)
class End:
    """Something in a policy file that holds for a time only."""

    what: str
    at: float
    """Unix time from which it holds no longer."""
    origin: Origin


@dataclass(frozen=True, slots=True)
class PolicySet:
    """What the gateway serves; whoever no entry names is not ours (never an open relay)."""

    version: str
    tenants: tuple[Tenant, ...]
    by_recipient: Mapping[str, Tenant]
    """Single addresses, case-folded, the domain in lower case A-labels."""
    by_domain: Mapping[str, Tenant]
    """Domains in lower case A-label form; "*.acme.example" covers every subdomain, not acme.example."""
    default: Policy | None = None
    """What default.yaml says alone: for trying things out, never for mail."""
    presets: Mapping[str, Policy] = field(default_factory=lambda: MappingProxyType({}))
    """What each file in presets/ says alone: for trying things out too."""
    tests: tuple[PolicyTest, ...] = ()
    ends: tuple[End, ...] = ()

    def tenant_of(self, address: str) -> Tenant | None:
        """Find the tenant of an address `local@domain`.

        Single addresses win over domains, an exact domain over wildcards, longer wildcards over shorter.
        """
        local, _, domain = address.casefold().rpartition("@")
        domain = a_label(domain)
        if found := self.by_recipient.get(f"{local}@{domain}"):
            return found
        if found := self.by_domain.get(domain):
            return found
        while "." in domain:
            domain = domain.partition(".")[2]
            if found := self.by_domain.get(f"*.{domain}"):
                return found
        return None


def a_label(domain: str) -> str:
    """Return a domain in lower case A-labels (RFC 5890), or as it came where that cannot be done."""
    if domain.isascii():
        return domain.lower()
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return domain.lower()
