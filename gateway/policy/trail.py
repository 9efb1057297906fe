"""Why a message gets its verdict: which rule decided each file, and which came near.

The same conditions, asked by the same code as in a decision; here every condition that fails is named, not
only the first.
"""

from dataclasses import dataclass, fields

from gateway.model.conditions import When
from gateway.model.facts import Facts
from gateway.model.policy import Policy, Rule
from gateway.model.verdict import Judgement, Verdict
from gateway.policy.decide import Sight, decide
from gateway.policy.match import unmet


@dataclass(frozen=True, slots=True)
class Near:
    """A rule of several conditions, of which all but one hold."""

    rule: str
    missing: str
    """The key of the condition that fails."""


@dataclass(frozen=True, slots=True)
class Step:
    """One place in the message, what was decided there, and what else might have been."""

    judgement: Judgement
    near: tuple[Near, ...]
    """In the order in which rules are tried; none for places that are no files."""


def trail(facts: Facts, policy: Policy) -> tuple[Verdict, tuple[Step, ...]]:
    """Return the verdict, and a step for each of its judgements, worst first."""
    near: dict[str, tuple[Near, ...]] = {}
    for case in Sight(facts, policy).cases():
        asked = ((rule.id, [*unmet(rule, case)]) for rule in policy.rules if _asks_more_than_one(rule))
        near[case.artifact.where] = tuple(Near(name, keys[0]) for name, keys in asked if len(keys) == 1)
    verdict = decide(facts, policy)
    return verdict, tuple(Step(one, near.get(one.where, ())) for one in verdict.judgements)


def _asks_more_than_one(rule: Rule) -> bool:
    """Tell whether something holds where one condition fails; every program filter is "near" every picture else."""
    asked = [getattr(rule.when, one.name) not in (None, (), frozenset()) for one in fields(When)]
    return sum(asked) + (rule.expires is not None) > 1
