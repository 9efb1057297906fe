"""Mistakes that one file alone cannot show: names that nothing has, claims of two, rules without effect."""

from collections.abc import Iterable, Sequence

from gateway.model.policy import Action, Family, Rule
from gateway.policy.shape import DefaultFile
from gateway.policy.source import Document, Problem, unknown
from gateway.policy.units import address, domain

RESERVED = frozenset(
    {"allow", "otherwise", "malformed", "ambiguous_mime", "over_limit", "when_down", "examiner", "limits"}
)
"""Words that a verdict uses in the place of a rule's id."""


def lint_allow(document: Document, families: Sequence[Family], rules: Iterable[Rule]) -> list[Problem]:
    """Find allowed families that do not exist, and those that a locked rule rejects anyway."""
    known = tuple(family.name for family in families)
    locked = {name: rule for rule in rules if rule.locked and not rule.when.infected for name in rule.when.family}
    found = []
    for path, name in document.texts("allow"):
        if name not in known:
            found.append(document.problem(path, unknown("family", name, known)))
        elif (rule := locked.get(name)) and rule.action is not Action.ALLOW:
            text = (
                f'"{name}" cannot be allowed: the locked rule "{rule.id}" ({rule.origin}) has {rule.action.word} for it'
            )
            found.append(document.problem(path, text))
    return found


def lint_rules(document: Document, default: DefaultFile, families: Sequence[Family]) -> list[Problem]:
    """Find rules with unknown families, with an id used twice, and with actions that malware cannot have."""
    known = tuple(family.name for family in families)
    found = []
    seen: set[str] = set()
    for at, rule in enumerate(default.rules):
        if rule.id in RESERVED:
            found.append(document.problem(("rules", at, "id"), f'"{rule.id}" is a word of verdicts; choose another id'))
        if rule.id in seen:
            found.append(document.problem(("rules", at, "id"), f'the id "{rule.id}" is used twice'))
        seen.add(rule.id)
        found += [
            document.problem(path, unknown("family", name, known))
            for path, name in document.texts("rules", at, "when", "family")
            if name not in known
        ]
        if rule.when.infected and rule.then.action != "reject":
            text = f'"{rule.then.action}" is not for infected files; allowed: reject'
            found.append(document.problem(("rules", at, "then", "action"), text))
    return found


def lint_reach(rules: Sequence[Rule], families: Iterable[Family]) -> list[Problem]:
    """Find rules that can never match; `rules` in the order in which they are tried."""
    empty = {one.name for one in families if not (one.ext or one.detected or one.declared)}
    found = []
    for at, rule in enumerate(rules):
        place = (rule.origin.file, rule.origin.line, rule.origin.column)
        if rule.when.family and rule.when.family <= empty:
            found.append(Problem(*place, f'the rule "{rule.id}" can never match: its families are empty'))
        elif earlier := next((one for one in rules[:at] if _covers(one, rule)), None):
            text = f'the rule "{rule.id}" can never match: "{earlier.id}" ({earlier.origin}) comes before it'
            found.append(Problem(*place, text))
    return found


def _covers(earlier: Rule, later: Rule) -> bool:
    """Tell whether the earlier rule matches whatever the later one would; allowing asks for more agreement."""
    if earlier.action is Action.ALLOW and later.action is not Action.ALLOW:
        return False
    if earlier.when.infected and not later.when.infected:
        return False
    return not earlier.when.family or (bool(later.when.family) and later.when.family <= earlier.when.family)


def lint_claims(documents: Iterable[Document]) -> list[Problem]:
    """Find domains and addresses that two tenants claim, or one twice."""
    owners: dict[str, str] = {}
    found = []
    for document in documents:
        claims = [(*one, domain) for one in document.texts("domains")]
        claims += [(*one, address) for one in document.texts("recipients")]
        for path, word, normal in claims:
            try:
                claim = normal(word).casefold()
            except ValueError:
                continue  # a problem of its own already
            if first := owners.get(claim):
                found.append(document.problem(path, f'"{word}" is already claimed in {first}'))
            owners.setdefault(claim, str(document.origin(path)))
    return found
