"""A tenant's effective policy in the words of the policy files, for people who ask what holds."""

from dataclasses import asdict

from gateway.model.policy import Policy, Rule
from gateway.model.tenant import Tenant
from gateway.policy.source import Plain
from gateway.policy.units import SIZES


def resolved(tenant: Tenant) -> dict[str, Plain]:
    """Return everything that holds for a tenant, as plain data in the order of the documentation."""
    policy = tenant.policy
    return {
        "tenant": tenant.name,
        "domains": [*tenant.domains],
        "recipients": [*tenant.recipients],
        "next_hop": [*map(str, tenant.route.hops)],
        "rules": [_rule(one) for one in policy.rules],
        "allow": [*policy.allow],
        "otherwise": policy.otherwise.word,
        "message": {
            "limits": _limits(policy),
            "ambiguous_mime": policy.ambiguous_mime.value,
            "over_limit": policy.over_limit.word,
        },
        "scanning": {"when_down": policy.when_down.word},
        "replies": asdict(policy.replies),
        "fingerprint": policy.fingerprint,
    }


def _rule(rule: Rule) -> Plain:
    when: dict[str, Plain] = {}
    if rule.when.family:
        when["family"] = [*sorted(rule.when.family)]
    if rule.when.infected:
        when["infected"] = True
    then: dict[str, Plain] = {"action": rule.action.word}
    if rule.reason:
        then["reason"] = rule.reason
    return {"id": rule.id, "when": when, "then": then, "locked": rule.locked}


def _limits(policy: Policy) -> Plain:
    limits = policy.limits
    return {
        "size": _size(limits.size),
        "parts": limits.parts,
        "depth": limits.depth,
        "members": limits.members,
        "expanded": _size(limits.expanded),
        "ratio": limits.ratio,
        "seconds": limits.seconds,
    }


def _size(octets: int) -> str:
    """Write a size in the largest unit that divides it."""
    unit, factor = max(
        ((unit, factor) for unit, factor in SIZES.items() if octets % factor == 0), key=lambda one: one[1]
    )
    return f"{octets // factor}{unit}"
