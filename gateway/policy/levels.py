"""One file on top of the files that it extends: its families, lists and rules, in the order of their force.

Locked rules come first, those of the outermost parent before all others; then the file's own; then what the
parents have unlocked, the nearest first. A pin names a parent with all that it extends itself.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.model.families import Family
from gateway.model.policy import Rule
from gateway.model.policyset import End
from gateway.policy.lists import Entries, entries
from gateway.policy.rules import rules_of
from gateway.policy.shape import FamiliesFile, Layer
from gateway.policy.source import Document, ListFile, Path, Problem

DEFAULT = "default"
PIN = 16
"""Hexadecimal digits of a pin."""


@dataclass(frozen=True, slots=True)
class Level:
    """A file that has its shape, and all that it stands on."""

    document: Document
    layer: Layer
    parent: "Level | None"
    families: tuple[Family, ...]
    """Those that hold here, from all levels."""
    lists: Mapping[str, Entries]
    own_rules: tuple[Rule, ...] = field(default=())

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Return the files, the outermost parent first."""
        return (*(self.parent.layers if self.parent else ()), self.layer)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Return all rules that hold here, in the order in which they are tried."""
        locked = tuple(one for one in self.own_rules if one.locked)
        unlocked = tuple(one for one in self.own_rules if not one.locked)
        above = self.parent.rules if self.parent else ()
        return (
            *(one for one in above if one.locked),
            *locked,
            *unlocked,
            *(one for one in above if not one.locked),
        )

    @property
    def pin(self) -> str:
        """Name exactly this content of the file and of those below it."""
        below = self.parent.pin if self.parent else ""
        return hashlib.sha256(f"{below}\0{self.document.digest}".encode()).hexdigest()[:PIN]


def level(
    document: Document,
    layer: Layer,
    parent: Level | None,
    shared: Sequence[Family],
    sources: Mapping[str, ListFile],
    problems: list[Problem],
) -> Level:
    """Put a file on its parent (for None: on the shared families), after appending what is wrong with it."""
    below = parent.families if parent else shared
    own = families_of(document, layer)
    lists = dict(parent.lists if parent else {})
    for name, said in layer.lists.items():
        if source := sources.get(said.file):
            lists[name] = entries(said, source, problems)
    return Level(
        document=document,
        layer=layer,
        parent=parent,
        families=tuple(({one.name: one for one in below} | {one.name: one for one in own}).values()),
        lists=lists,
        own_rules=tuple(rules_of(document, layer.rules, lists, problems)),
    )


def families_of(document: Document, file: Layer | FamiliesFile) -> tuple[Family, ...]:
    """Return the families that a file describes itself."""
    return tuple(
        Family(
            name=name,
            label=one.label,
            ext=frozenset(one.ext),
            detected=frozenset(one.detected),
            declared=frozenset(one.declared),
            origin=document.origin(("families", name)),
        )
        for name, one in file.families.items()
    )


def ends_of(one: Level) -> Iterator[End]:
    """Yield what in a file itself holds for a time only."""
    for rule in one.own_rules:
        if rule.expires is not None:
            yield End(f'the time of the rule "{rule.id}", which then can never match,', rule.expires, rule.origin)
    for name in one.layer.lists:
        if name in one.lists and (stale_at := one.lists[name].stale_at) is not None:
            yield End(f'the max_age of the list "{name}"', stale_at, one.document.origin(("lists", name)))
    for at, known in enumerate(one.layer.scanning.ignore_signatures):
        origin = one.document.origin(("scanning", "ignore_signatures", at))
        yield End(f'the time in which "{known.name}" is ignored', known.expires, origin)


def parent_of(document: Document, layer: Layer, known: Mapping[str, Level], problems: list[Problem]) -> Level | None:
    """Return the level that a file extends, after appending what is wrong with its pin."""
    name, _, pin = layer.extends.partition("@sha256:")
    found = known.get(name)
    path: Path = ("extends",)
    if found is not None and pin and pin != found.pin:
        text = f'"{name}" has changed since it was pinned; look at the change, then write {name}@sha256:{found.pin}'
        problems.append(document.problem(path, text))
    return found
