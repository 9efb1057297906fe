"""A tenant's effective policy, for people."""

from dataclasses import replace

from gateway.policy.resolved import resolved
from gateway.policy.shape import TenantFile
from tests.unit.policy.samples import shipped


def test_everything_that_holds_is_shown_in_the_words_of_the_file() -> None:
    """What is shown, without rules and fingerprint, is a file that says the same."""
    tenant = shipped().tenants[1]
    shown = resolved(tenant)

    written = {key: value for key, value in shown.items() if key not in ("rules", "fingerprint")}
    again = TenantFile.model_validate(written)

    assert again.otherwise.action == "tag"
    assert again.message.limits.size == tenant.policy.limits.size
    assert again.allow == [*tenant.policy.allow]
    assert shown["fingerprint"] == tenant.policy.fingerprint


def test_rules_are_shown_in_their_order() -> None:
    """With what they look for and what they do."""
    assert resolved(shipped().tenants[0])["rules"] == [
        {
            "id": "malware",
            "when": {"scan": ["infected"]},
            "then": {"action": "reject", "reason": "malware"},
            "locked": True,
        },
        {
            "id": "executables",
            "when": {"family": ["executables", "scripts", "shortcuts"]},
            "then": {"action": "reject", "reason": "executable"},
            "locked": True,
        },
    ]


def test_sizes_are_shown_in_their_largest_whole_unit() -> None:
    """Nothing is rounded."""
    tenant = shipped().tenants[0]
    limits = replace(tenant.policy.limits, size=1025, expanded=3 << 20)
    shown = resolved(replace(tenant, policy=replace(tenant.policy, limits=limits)))

    assert isinstance(shown["message"], dict)
    assert isinstance(shown["message"]["limits"], dict)
    assert [shown["message"]["limits"][key] for key in ("size", "expanded")] == ["1025B", "3MiB"]
