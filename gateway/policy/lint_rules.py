"""Mistakes in rules: words that nothing has, exceptions that nobody answers for, actions that open what is closed."""

from collections.abc import Iterable, Iterator, Mapping

from gateway.model.conditions import Scanned, When
from gateway.model.policy import Rule
from gateway.policy.levels import Level
from gateway.policy.shape import Layer
from gateway.policy.source import Document, Path, Problem, unknown

RESERVED = frozenset(
    {
        "allow",
        "ambiguous_mime",
        "examiner",
        "ignore_signatures",
        "limits",
        "malformed",
        "otherwise",
        "over_limit",
        "unscannable",
        "when_down",
    }
)
"""Words that a verdict uses in the place of a rule's id."""
_FAMILY_KEYS = (("family",), ("detected_family",), ("members", "all"), ("members", "any"))


def lint_rules(document: Document, layer: Layer, level: Level, *, is_tenant: bool) -> Iterator[Problem]:
    """Find what is wrong with a file's own rules, one by one."""
    seen = {one.id: str(one.origin) for one in level.parent.rules} if level.parent else {}
    names = tuple(one.name for one in level.families)
    locked = locked_families(level.rules)
    for at, rule in enumerate(level.own_rules):
        path: Path = ("rules", at)
        if rule.id in RESERVED:
            yield document.problem((*path, "id"), f'"{rule.id}" is a word of verdicts; choose another id')
        elif rule.id in seen:
            yield document.problem((*path, "id"), f'the id "{rule.id}" is used twice; first in {seen[rule.id]}')
        seen.setdefault(rule.id, str(rule.origin))
        yield from _unknown_families(document, (*path, "when"), names)
        yield from _wrong_action(document, path, rule)
        if rule.passes:
            yield from _lint_exception(document, path, rule)
            yield from _half_closed(document, path, rule, locked)
        if is_tenant and layer.rules[at].locked:
            yield document.key_problem((*path, "locked"), '"locked" is for files that others extend; remove the key')


def _unknown_families(document: Document, path: Path, names: tuple[str, ...]) -> Iterator[Problem]:
    for keys in _FAMILY_KEYS:
        for place, name in document.words(*path, *keys):
            if name not in names:
                yield document.problem(place, unknown("family", name, names))
    if (*path, "not") in document.values:
        yield from _unknown_families(document, (*path, "not"), names)


def _wrong_action(document: Document, path: Path, rule: Rule) -> Iterator[Problem]:
    if Scanned.INFECTED in rule.when.scan and rule.action.word != "reject":
        text = f'"{rule.action.word}" is not for infected files; allowed: reject'
        yield document.problem((*path, "then", "action"), text)


def _half_closed(document: Document, path: Path, rule: Rule, locked: Mapping[str, Rule]) -> Iterator[Problem]:
    """Find families among others that no rule can open; a rule about nothing else can never match anyway."""
    if not rule.locked and not rule.when.family <= locked.keys():
        for place, name in document.words(*path, "when", "family"):
            if name in locked:
                yield document.problem(place, closed(name, locked[name]))


def _lint_exception(document: Document, path: Path, rule: Rule) -> Iterator[Problem]:
    """Find what an exception for somebody lacks: proof of who it is, and an end."""
    if not is_exception(rule):
        return
    sender = rule.when.sender
    if sender is not None and not sender.auth:
        text = 'the key "auth" is missing: anyone may claim to be this sender; allowed: spf, dkim, dmarc, arc'
        yield document.key_problem((*path, "when", "sender"), text)
    if rule.expires is None:
        text = f'the key "expires" is missing: "{rule.id}" opens something for somebody, and exceptions end'
        yield document.problem(path, text)


def locked_families(rules: Iterable[Rule]) -> dict[str, Rule]:
    """Return the families that locked rules refuse, whatever else is known of a file."""
    closing = [one for one in rules if one.locked and not one.passes and not one.when.scan]
    return {name: one for one in reversed(closing) for name in one.when.family}


def closed(name: str, rule: Rule) -> str:
    """Say that a family cannot be opened."""
    return f'"{name}" cannot be allowed: the locked rule "{rule.id}" ({rule.origin}) has {rule.action.word} for it'


def is_exception(rule: Rule) -> bool:
    """Tell whether a rule lets something pass for some people only."""
    return rule.passes and _is_about_people(rule.when)


def _is_about_people(when: When) -> bool:
    named = when.sender or when.recipient or when.auth
    return bool(named) or (when.negated is not None and _is_about_people(when.negated))
