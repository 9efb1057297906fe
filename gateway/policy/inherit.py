"""The files that a tenant stands on to one effective policy, and the fingerprint that says which are the same."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from gateway.model.conditions import When
from gateway.model.families import Family
from gateway.model.limits import Limits
from gateway.model.links import LinkHost, Links
from gateway.model.policy import (
    Action,
    Ambiguous,
    Hosting,
    IgnoredSignature,
    MixedRecipients,
    Notices,
    Policy,
    Quarantining,
    Release,
    ReplyStyle,
    Rollout,
    Rule,
    SignedMail,
    Tagging,
    WhenDown,
)
from gateway.policy.shape import Layer
from gateway.policy.words import Shape

_SILENT: Mapping[type, frozenset[str]] = {
    Policy: frozenset({"name", "version", "fingerprint", "rollout", "index", "asks_authentication"}),
    Rule: frozenset({"note", "owner", "override", "origin"}),
    Family: frozenset({"label", "origin"}),
    IgnoredSignature: frozenset({"ticket"}),
}
"""Fields that change no answer."""


def resolve(
    name: str, layers: Sequence[Layer], families: Sequence[Family], rules: Sequence[Rule], version: str
) -> Policy:
    """Return what holds for a tenant, or for a parent alone; `layers` from the outermost parent on."""
    top = _overlay(layers)
    message, scanning = (_overlay([getattr(one, key) for one in layers]) for key in ("message", "scanning"))
    otherwise, over_limit = top["otherwise"], message.get("over_limit")
    down = _overlay([one.scanning.when_down for one in layers if "when_down" in one.scanning.model_fields_set])
    signed = message.get("signed_mail")
    policy = Policy(
        name=name,
        version=version,
        fingerprint="",
        families=tuple(families),
        rules=tuple(rules),
        allow=tuple(dict.fromkeys(top["allow"])),
        otherwise=_action(otherwise.action),
        otherwise_reason=otherwise.reason,
        otherwise_keeps=otherwise.keep is not None,
        ambiguous_mime=Ambiguous(message.get("ambiguous_mime", "reject")),
        over_limit=_action(over_limit.action if over_limit else "reject"),
        over_limit_reason=over_limit.reason if over_limit else "too_complex",
        when_down=_action(down.get("action", "defer")),
        down=_when_down(down, layers),
        unscannable=_action(scanning.get("unscannable", "reject")),
        ignore_signatures=tuple(
            IgnoredSignature(one.name, one.expires, one.ticket) for one in scanning.get("ignore_signatures", ())
        ),
        limits=replace(Limits(), **_overlay([one.message.limits for one in layers])),
        replies=replace(ReplyStyle(), **_overlay([one.replies for one in layers])),
        signed_mail=SignedMail(signed.on_change if signed else "tag"),
        mixed_recipients=MixedRecipients(message.get("mixed_recipients", "split")),
        quarantine=_quarantine(layers),
        notices=_notices(_overlay([one.notices for one in layers])),
        hosting=_hosting(layers),
        links=_links(_overlay([one.links for one in layers])),
        tagging=_tagging(_overlay([one.message.tag for one in layers])),
        asks_authentication=any(asks_authentication(one.when) for one in rules),
        rollout=_rollout(_overlay([one.rollout for one in layers])),
    )
    return replace(policy, fingerprint=fingerprint(policy))


def fingerprint(policy: Policy) -> str:
    """Return a hash of everything that can change a verdict, its reply or what arrives: not notes and places.

    The name counts where links are made: a tenant's files lie on its own attachment domain, whoever shares its policy.
    """
    rest = _plain(replace(policy, families=(), rules=()))
    known = (_digest(policy.families), _digest(policy.rules), rest, policy.name if _makes_links(policy) else "")
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:16]


def _makes_links(policy: Policy) -> bool:
    actions = {policy.otherwise, *(rule.action for rule in policy.rules)}
    return Action.HOST in actions or bool(policy.links.hosts)


@lru_cache(maxsize=64)  # the same for most tenants of a set, and by far the larger part
def _digest(things: Sequence[Family] | Sequence[Rule]) -> str:
    return hashlib.sha256(json.dumps(_plain(things), sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it, the same in every process."""
    if is_dataclass(value) and not isinstance(value, type):
        silent = _SILENT.get(type(value), frozenset())
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value) if one.name not in silent}
    if isinstance(value, frozenset):
        return sorted(map(_plain, value))
    if isinstance(value, tuple):
        return [*map(_plain, value)]
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return value


def asks_authentication(when: When) -> bool:
    """Tell whether a condition looks at what SPF, DKIM, DMARC or ARC say."""
    is_asked = bool(when.auth) or (when.sender is not None and bool(when.sender.auth))
    return is_asked or (when.negated is not None and asks_authentication(when.negated))


def _overlay(layers: Sequence[Shape]) -> dict[str, Any]:
    """Return the keys that the layers set, the later ones over the earlier."""
    return {name: getattr(layer, name) for layer in layers for name in layer.model_fields_set}


def _action(word: str) -> Action:
    return Action[word.upper()]


def _when_down(down: Mapping[str, Any], layers: Sequence[Layer]) -> WhenDown:
    words = {name: word for one in layers for name, word in one.scanning.when_down.families.items()}
    families = MappingProxyType({name: _action(word) for name, word in words.items()})
    return WhenDown(down.get("max"), _action(down.get("then", "defer")), families)


def _quarantine(layers: Sequence[Layer]) -> Quarantining:
    known = Quarantining()
    said = _overlay([one.quarantine for one in layers])
    words = {reason: Release(word) for one in layers for reason, word in one.quarantine.release.items()}
    return Quarantining(said.get("keep", known.keep), MappingProxyType({**known.release, **words}))


def _notices(said: Mapping[str, Any]) -> Notices:
    known = Notices()
    return Notices(tuple(said.get("languages", known.languages)), said.get("contact", known.contact))


def _hosting(layers: Sequence[Layer]) -> Hosting:
    said = _overlay([one.hosting for one in layers])
    rescan = _overlay([one.hosting.rescan for one in layers])
    said.pop("rescan", None)
    if "at_least_every" in rescan:
        said["rescan_every"] = rescan["at_least_every"]
    if "on_new_signatures" in rescan:
        said["rescan_on_new_signatures"] = rescan["on_new_signatures"]
    return replace(Hosting(), **said)


def _links(said: Mapping[str, Any]) -> Links:
    known = Links()
    places = ((*one.place.partition("/"), one.to) for one in said.get("hosts", ()))
    return Links(tuple(LinkHost(host, f"/{path}", to) for host, _, path, to in places), said.get("ttl", known.ttl))


def _tagging(said: Mapping[str, Any]) -> Tagging:
    return Tagging(said.get("subject", ""), said.get("banner", False))


def _rollout(said: Mapping[str, Any]) -> Rollout:
    guard = MappingProxyType(dict(said.get("guard", {})))
    return Rollout(guard, tuple(said.get("canary", ())), said.get("hold", 0.0))
