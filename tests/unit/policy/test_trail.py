"""Why a message gets its verdict."""

from dataclasses import replace

from gateway.model.conditions import Between, When
from gateway.model.policy import Action, Rule
from gateway.policy.decide import decide
from gateway.policy.trail import Near, trail
from tests.unit.policy.samples import PDF, artifact, facts, policy

PDFS = frozenset({"pdf"})
BIG = Rule("big", When(PDFS, size=Between(100)), Action.HOST, "hosted")
ENDED = Rule("ended", When(PDFS), Action.STRIP, "macros", expires=1.0)
OTHER = Rule("other", When(frozenset({"images"}), size=Between(500)), Action.STRIP, "macros")
BY = policy(rules=(*policy().rules, BIG, ENDED, OTHER))


def test_every_judgement_is_a_step_of_the_verdict() -> None:
    """The same verdict as in a decision."""
    seen = facts(artifact("a.pdf", PDF, PDF), artifact("b.xyz", where="3"))
    verdict, steps = trail(seen, BY)

    assert verdict == decide(seen, BY)
    assert tuple(step.judgement for step in steps) == verdict.judgements


def test_rule_came_near_where_all_but_one_condition_hold() -> None:
    """The one that failed is named; a rule of which nothing holds was not near."""
    _, steps = trail(facts(artifact("a.pdf", PDF, PDF)), BY)

    assert steps[0].near == (Near("big", "size"), Near("ended", "expires"))


def test_rule_that_decided_is_not_near() -> None:
    """And places that are no files have none."""
    verdict, steps = trail(facts(artifact("a.pdf", PDF, PDF, size=100), size=1 << 40), BY)

    assert [(step.judgement.rule, [near.rule for near in step.near]) for step in steps] == [
        ("limits.size", []),
        ("big", ["ended"]),
    ]
    assert verdict.action is Action.REJECT
    assert trail(facts(), replace(BY, rules=()))[1] == ()
