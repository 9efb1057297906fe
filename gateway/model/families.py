"""Families of files, and the index by which a file finds its families without asking each of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from gateway.model.origin import Origin

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of file that admins think of as one: what it is called, shows and claims."""

    name: str
    label: str
    ext: frozenset[str]
    """Extensions, lower case, without the dot."""
    detected: frozenset[str]
    """Media types that the content shows."""
    declared: frozenset[str]
    """Media types that senders declare."""
    origin: Origin = field(default=Origin(), compare=False)


@dataclass(frozen=True, slots=True)
class FamilyIndex:
    """Names of families by the words that they have; a word that is not in it belongs to none."""

    names: frozenset[str]
    ext: Mapping[str, frozenset[str]]
    detected: Mapping[str, frozenset[str]]
    declared: Mapping[str, frozenset[str]]


@lru_cache(maxsize=64)  # most tenants of a set have the same families
def index(families: tuple[Family, ...]) -> FamilyIndex:
    """Turn families around."""
    return FamilyIndex(
        names=frozenset(one.name for one in families),
        ext=_by_word((one.name, one.ext) for one in families),
        detected=_by_word((one.name, one.detected) for one in families),
        declared=_by_word((one.name, one.declared) for one in families),
    )


def _by_word(words_of: Iterable[tuple[str, frozenset[str]]]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, words in words_of:
        for word in words:
            found.setdefault(word, set()).add(name)
    shared: dict[frozenset[str], frozenset[str]] = {}
    return MappingProxyType({word: shared.setdefault(one := frozenset(names), one) for word, names in found.items()})
