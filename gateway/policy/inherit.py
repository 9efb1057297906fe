"""Default and tenant to one effective policy, and the fingerprint that says which policies are the same."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from typing import Any

from gateway.model.limits import Limits
from gateway.model.policy import Action, Ambiguous, Family, Policy, ReplyStyle, Rule
from gateway.policy.shape import DefaultFile, Layer, Shape, TenantFile

DEFAULT = "default"


def resolve(
    default: DefaultFile, tenant: TenantFile | None, families: Sequence[Family], rules: Sequence[Rule], version: str
) -> Policy:
    """Return what holds for a tenant (for None: of the default file alone); `rules` in their order."""
    layers: list[Layer] = [default, tenant] if tenant else [default]
    top = _overlay(layers)
    message = _overlay([layer.message for layer in layers])
    policy = Policy(
        name=tenant.tenant if tenant else DEFAULT,
        version=version,
        fingerprint="",
        families=tuple(families),
        rules=tuple(rules),
        allow=tuple(dict.fromkeys(top["allow"])),
        otherwise=_action(top["otherwise"]),
        ambiguous_mime=Ambiguous(message.get("ambiguous_mime", "reject")),
        over_limit=_action(message.get("over_limit", "reject")),
        when_down=_action(_overlay([layer.scanning for layer in layers]).get("when_down", "defer")),
        limits=replace(Limits(), **_overlay([layer.message.limits for layer in layers])),
        replies=replace(ReplyStyle(), **_overlay([layer.replies for layer in layers])),
    )
    return replace(policy, fingerprint=fingerprint(policy))


def fingerprint(policy: Policy) -> str:
    """Return a hash of everything that can change a verdict or its reply: not name, version, notes and places."""
    own = (
        _digest(policy.families, policy.rules),
        policy.allow,
        (policy.otherwise, policy.ambiguous_mime, policy.over_limit, policy.when_down),
        asdict(policy.limits),
        asdict(policy.replies),
        (policy.signed_mail, policy.mixed_recipients, asdict(policy.notices), asdict(policy.hosting)),
        asdict(policy.tagging),
        (policy.quarantine.keep, sorted(policy.quarantine.release.items())),
    )
    return hashlib.sha256(json.dumps(own).encode()).hexdigest()[:16]


@lru_cache(maxsize=2)  # the same for all tenants of a set, and by far the larger part
def _digest(families: Sequence[Family], rules: Sequence[Rule]) -> str:
    kinds = [(one.name, sorted(one.ext), sorted(one.detected), sorted(one.declared)) for one in families]
    tried = [(one.id, sorted(one.when.family), one.when.infected, one.action, one.reason, one.locked) for one in rules]
    return hashlib.sha256(json.dumps((kinds, tried)).encode()).hexdigest()


def _overlay(layers: Sequence[Shape]) -> dict[str, Any]:
    """Return the keys that the layers set, the later ones over the earlier."""
    return {name: getattr(layer, name) for layer in layers for name in layer.model_fields_set}


def _action(word: str) -> Action:
    return Action[word.upper()]
