"""Which rule of a policy decides a file: rules are tried top to bottom, the first that matches."""

from collections.abc import Iterable, Mapping

from gateway.model.policy import Action, Family, Rule
from gateway.policy.agree import Reading


def first_rule(
    rules: Iterable[Rule], families: Mapping[str, Family], reading: Reading, *, infected: bool
) -> Rule | None:
    """Return the first rule that covers a file, or None."""
    return next((rule for rule in rules if _covers(rule, families, reading, infected=infected)), None)


def malware_rule(rules: Iterable[Rule]) -> Rule | None:
    """Return the first rule that covers whatever is infected, of any family."""
    return next((rule for rule in rules if rule.when.infected and not rule.when.family), None)


def _covers(rule: Rule, families: Mapping[str, Family], reading: Reading, *, infected: bool) -> bool:
    if rule.when.infected and not infected:
        return False
    if not rule.when.family:
        return rule.when.infected
    named = (families[name] for name in rule.when.family if name in families)
    if rule.action is Action.ALLOW:
        return any(reading.agrees(family) for family in named)
    return any(reading.reads_as(family) for family in named)
