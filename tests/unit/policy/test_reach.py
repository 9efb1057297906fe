"""Rules that can never match."""

from typing import Any

import pytest

from gateway.model.conditions import Between, Scanned, When, Who
from gateway.model.policy import Action, Rule
from gateway.policy.reach import covers
from tests.unit.policy.documents import problems_of

INFECTED = frozenset({Scanned.INFECTED})


def rule(*families: str, action: Action = Action.REJECT, expires: float | None = None, **when: Any) -> Rule:
    return Rule("r", When(frozenset(families), **when), action, "executable", expires=expires)


COVERED = {
    "fewer families": (rule("images", "pdf"), rule("images")),
    "one condition more": (rule("images"), rule("images", size=Between(1))),
    "tighter bounds": (rule("images", size=Between(0, 9)), rule("images", size=Between(1, 8))),
    "all infected": (rule(scan=INFECTED), rule("images", scan=INFECTED)),
    "shorter life": (rule("images", expires=9.0), rule("images", expires=8.0)),
    "passes as well": (rule("images", action=Action.TAG), rule("images", action=Action.ALLOW)),
}
FREE = {
    "more families": (rule("images"), rule("images", "pdf")),
    "without the condition": (rule("images", macros=True), rule("images")),
    "wider bounds": (rule("images", size=Between(1)), rule("images", size=Between(0))),
    "no bounds": (rule("images", depth=Between(0, 2)), rule("images")),
    "other sender": (rule(sender=Who(frozenset({"a"}))), rule(sender=Who(frozenset({"b"})))),
    "clean files too": (rule(scan=INFECTED), rule("images")),
    "files that do not agree enough to pass": (rule("images", action=Action.ALLOW), rule("images")),
    "longer life": (rule("images", expires=9.0), rule("images")),
    "bodies too": (rule(action=Action.STRIP, macros=False), rule(macros=False)),
    "what is not": (rule(negated=When(macros=True)), rule(macros=False)),
    "disguises of all kinds": (
        rule(action=Action.ALLOW, encrypted=False),
        rule("pdf", action=Action.ALLOW, encrypted=False),
    ),
}


@pytest.mark.parametrize(("earlier", "later"), COVERED.values(), ids=COVERED)
def test_rule_behind_a_wider_one_never_matches(earlier: Rule, later: Rule) -> None:
    """Whatever it asks, the first has answered."""
    assert covers(earlier, later)


@pytest.mark.parametrize(("earlier", "later"), FREE.values(), ids=FREE)
def test_rule_behind_a_narrower_one_can_match(earlier: Rule, later: Rule) -> None:
    """In doubt it may."""
    assert not covers(earlier, later)


def reached(when: str, then: str = "{action: strip, reason: macros}") -> list[str]:
    problems = problems_of(f"rules:\n  - {{id: x, when: {when}, then: {then}}}\n")
    return [one.partition('rule "x" can never match: ')[2] for one in problems]


CONTRADICTIONS = {
    "{size: {min: 2MiB, max: 1MiB}}": "no size is at least 2097152 and at most 1048576",
    "{depth: {min: 2, max: 1}}": "no depth is at least 2 and at most 1",
    "{encrypted: true, members: {any: pdf}}": "nobody can list the members of what is encrypted",
    "{time: {after: '08:00', before: '08:00'}}": "no time lies between these two",
    "{family: pdf, not: {family: [pdf, images]}}": '"not" takes away all that the other keys ask for',
    "{family: scripts}": '"executables" (default.yaml:9:5) comes before it',
}


@pytest.mark.parametrize(("when", "expected"), CONTRADICTIONS.items(), ids=CONTRADICTIONS)
def test_contradiction_is_said_with_its_reason(when: str, expected: str) -> None:
    """At the rule."""
    assert reached(when) == [expected]


def test_exception_from_what_is_locked_is_told_so() -> None:
    """The order of rules alone would be half of the answer."""
    assert reached("{family: scripts}", "{action: allow}") == [
        '"executables" (default.yaml:9:5) comes before it, is locked and cannot be opened'
    ]


def test_rule_about_empty_families_never_matches() -> None:
    """A family without any word covers nothing."""
    empty = "families: {nothing: {label: N, ext: [], detected: [], declared: []}}\n"
    text = f"{empty}rules:\n  - {{id: x, when: {{family: nothing}}, then: {{action: allow}}}}\n"

    assert problems_of(text) == ['acme.yaml:6:5: the rule "x" can never match: its families are empty']
