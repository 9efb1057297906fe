"""Mistakes that one place of a file alone cannot show: names that nothing has, claims of two, what is locked."""

from collections.abc import Iterable, Iterator

from gateway.model.families import Family
from gateway.model.policy import Rule
from gateway.policy.decide import SPECIFIC_FIRST
from gateway.policy.levels import Level
from gateway.policy.lint_rules import closed, lint_rules, locked_families
from gateway.policy.reach import lint_reach
from gateway.policy.shape import Layer, TenantFile
from gateway.policy.source import Document, Path, Problem, unknown
from gateway.policy.units import address, domain


def lint_file(document: Document, layer: Layer | None, level: Level) -> list[Problem]:
    """Find what is wrong with a file on its parents; without its shape, what can be said of it nevertheless."""
    names = [one.name for one in level.families]
    if layer is None:
        own = document.value.get("families") if isinstance(document.value, dict) else None
        return [*lint_allow(document, (*names, *(own if isinstance(own, dict) else ())), level.rules)]
    return [
        *lint_allow(document, names, level.rules),
        *_lint_families(document, level),
        *lint_rules(document, layer, level, is_tenant=isinstance(layer, TenantFile)),
        *lint_reach(level),
        *_lint_words(document, layer, tuple(names)),
    ]


def lint_allow(document: Document, names: Iterable[str], rules: Iterable[Rule]) -> Iterator[Problem]:
    """Find allowed families that do not exist, and those that a locked rule rejects anyway."""
    known, locked = tuple(names), locked_families(rules)
    for path, name in document.texts("allow"):
        if name not in known:
            yield document.problem(path, unknown("family", name, known))
        elif rule := locked.get(name):
            yield document.problem(path, closed(name, rule))


def _lint_families(document: Document, level: Level) -> Iterator[Problem]:
    """Find families of a file's own that would change, or borrow from, what a locked rule refuses."""
    above = level.parent.rules if level.parent else ()
    locked = locked_families(above)
    below = {one.name: one for one in level.parent.families} if level.parent else {}
    for family in level.families:
        if family.origin.file != document.file or not level.parent:
            continue
        path: Path = ("families", family.name)
        if rule := locked.get(family.name):
            text = f'"{family.name}" is what the locked rule "{rule.id}" refuses; choose another name'
            yield document.key_problem(path, text)
            continue
        for name, rule in locked.items():
            if shared := _shared(family, below[name]) if name in below else ():
                text = f'"{shared[0]}" is of "{name}", which the locked rule "{rule.id}" refuses'
                yield document.key_problem(path, text)


def _shared(one: Family, other: Family) -> list[str]:
    return sorted((one.ext & other.ext) | (one.detected & other.detected) | (one.declared & other.declared))


def _lint_words(document: Document, layer: Layer, families: tuple[str, ...]) -> Iterator[Problem]:
    """Find keys that stand for families or reasons, and are none."""
    allowed = ("action", "max", "then", *families)
    for name in layer.scanning.when_down.families:
        if name not in families:
            path: Path = ("scanning", "when_down", name)
            yield document.key_problem(path, unknown("key", name, allowed))
    for name in layer.quarantine.release:
        if name not in SPECIFIC_FIRST:
            yield document.key_problem(("quarantine", "release", name), unknown("reason", name, SPECIFIC_FIRST))


def lint_claims(documents: Iterable[Document]) -> Iterator[Problem]:
    """Find domains and addresses that two tenants claim, or one twice."""
    owners: dict[str, str] = {}
    for document in documents:
        claims = [(*one, domain) for one in document.texts("domains")]
        claims += [(*one, address) for one in document.texts("recipients")]
        for path, word, normal in claims:
            try:
                claim = normal(word).casefold()
            except ValueError:
                continue  # a problem of its own already
            if first := owners.get(claim):
                yield document.problem(path, f'"{word}" is already claimed in {first}')
            owners.setdefault(claim, str(document.origin(path)))
