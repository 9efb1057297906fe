"""A tenant's effective policy in the words of the policy files, for people who ask what holds."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime

from gateway.model.conditions import Between, When, Who
from gateway.model.policy import Policy, Rule
from gateway.model.tenant import Tenant
from gateway.policy.source import Plain
from gateway.policy.units import DURATIONS, SIZES, WEEKDAYS

_SHOWN_ENTRIES = 20
"""Addresses of a condition that are written out."""


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
        "otherwise": _deed(policy.otherwise.word, keep=policy.otherwise_keeps, reason=policy.otherwise_reason),
        "message": _message(policy),
        "scanning": _scanning(policy),
        "hosting": _hosting(policy),
        "links": {
            "hosts": [_filled({"from": one.host + one.path, "to": one.to or None}) for one in policy.links.hosts],
            "ttl": _duration(policy.links.ttl),
        },
        "quarantine": {
            "keep": _duration(policy.quarantine.keep),
            "release": {reason: word.value for reason, word in policy.quarantine.release.items()},
        },
        "notices": {"languages": [*policy.notices.languages], "contact": policy.notices.contact},
        "replies": asdict(policy.replies),
        "rollout": _rollout(policy),
        "fingerprint": policy.fingerprint,
    }


def _rule(rule: Rule) -> Plain:
    then = _deed(rule.action.word, keep=rule.keep, reason="" if rule.reason == "hosted" else rule.reason)
    shown: dict[str, Plain] = {"id": rule.id, "when": _when(rule.when), "then": then, "locked": rule.locked}
    if rule.ttl is not None:
        then["ttl"] = _duration(rule.ttl)
    if rule.owner:
        shown["owner"] = rule.owner
    if rule.expires is not None:
        shown["expires"] = _last_day(rule.expires)
    return shown


def _when(when: When) -> dict[str, Plain]:
    hours = when.time
    shown: dict[str, Plain] = {
        "family": _words(when.family),
        "name": [*when.name],
        "size": _bounds(when.size, as_size=True),
        "sender": _who(when.sender),
        "recipient": _who(when.recipient),
        "encrypted": when.encrypted,
        "macros": when.macros,
        "active_content": when.active_content,
        "mismatch": when.mismatch,
        "detected_family": _words(when.detected_family),
        "members": _filled({"all": _words(when.members_all), "any": _words(when.members_any)}),
        "depth": _bounds(when.depth, as_size=False),
        "scan": _words(when.scan),
        "auth": {method.value: _words(results) for method, results in when.auth},
        "time": {
            "after": _clock(hours.after),
            "before": _clock(hours.before),
            "days": [WEEKDAYS[day] for day in sorted(hours.days)],
        }
        if hours
        else None,
        "not": _when(when.negated) if when.negated else None,
    }
    return _filled(shown)


def _who(who: Who | None) -> Plain:
    if who is None:
        return None
    return _filled({"domain": _words(who.domains), "address": _words(who.addresses), "auth": _words(who.auth)})


def _words(words: Iterable[str]) -> list[Plain]:
    found = sorted(map(str, words))
    more = len(found) - _SHOWN_ENTRIES
    return [*found[:_SHOWN_ENTRIES], *([f"and {more} more"] if more > 0 else [])]


def _filled(shown: Mapping[str, Plain]) -> dict[str, Plain]:
    return {key: value for key, value in shown.items() if value not in (None, [], {})}


def _bounds(bounds: Between | None, *, as_size: bool) -> Plain:
    if bounds is None:
        return None
    said = {"min": bounds.least or None, "max": bounds.most}
    return {key: _size(value) if as_size else value for key, value in said.items() if value is not None}


def _deed(action: str, *, keep: bool, reason: str) -> dict[str, Plain]:
    shown: dict[str, Plain] = {"action": action}
    if keep:
        shown["keep"] = "quarantine"
    if reason:
        shown["reason"] = reason
    return shown


def _message(policy: Policy) -> Plain:
    return {
        "limits": _limits(policy),
        "ambiguous_mime": policy.ambiguous_mime.value,
        "over_limit": _deed(policy.over_limit.word, keep=False, reason=policy.over_limit_reason),
        "signed_mail": {"on_change": policy.signed_mail.value},
        "mixed_recipients": policy.mixed_recipients.value,
        "tag": {"subject": policy.tagging.subject_prefix, "banner": policy.tagging.banner},
    }


def _scanning(policy: Policy) -> Plain:
    down: dict[str, Plain] = {"action": policy.when_down.word}
    if policy.down.max is not None:
        down |= {"max": _duration(policy.down.max), "then": policy.down.then.word}
    down |= {family: action.word for family, action in policy.down.families.items()}
    ignored: list[Plain] = [
        {"name": one.name, "expires": _last_day(one.expires), "ticket": one.ticket} for one in policy.ignore_signatures
    ]
    return {"when_down": down, "unscannable": policy.unscannable.word, "ignore_signatures": ignored}


def _hosting(policy: Policy) -> Plain:
    hosting = policy.hosting
    return {
        "pool": hosting.pool,
        "gate": hosting.gate,
        "over": _size(hosting.over),
        "ttl": _duration(hosting.ttl),
        "rescan": {
            "on_new_signatures": hosting.rescan_on_new_signatures,
            "at_least_every": _duration(hosting.rescan_every),
        },
        "deliver_before_scan": hosting.deliver_before_scan,
    }


def _rollout(policy: Policy) -> Plain:
    rollout = policy.rollout
    return {
        "guard": {key: _share(one) for key, one in rollout.guard.items()},
        "canary": [*map(_share, rollout.canary)],
        "hold": _duration(rollout.hold),
    }


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
        ((unit, factor) for unit, factor in SIZES.items() if octets % factor == 0 and (octets or factor == 1)),
        key=lambda one: one[1],
    )
    return f"{octets // factor}{unit}"


def _duration(seconds: float) -> str:
    """Write a duration in the largest unit that divides it."""
    whole = int(seconds)
    unit, factor = max(
        ((unit, factor) for unit, factor in DURATIONS.items() if whole % factor == 0 and (whole or factor == 1)),
        key=lambda one: one[1],
    )
    return f"{whole // factor}{unit}"


def _share(part: float) -> str:
    return f"{part * 100:g}%"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _last_day(end: float) -> str:
    return datetime.fromtimestamp(end - 1, UTC).date().isoformat()
