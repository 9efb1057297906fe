"""From a verdict to edits."""

from gateway.edit.planner import make_plan
from gateway.edit.trace import received, tags
from gateway.model.plan import Edit, Plan
from gateway.model.policy import Action
from gateway.model.span import Span
from gateway.model.verdict import Judgement, Verdict
from tests.unit.policy.samples import artifact, facts


def test_message_that_passes_gets_a_trace_field_and_nothing_else() -> None:
    """Every byte of the original stays where it was, behind one insertion."""
    seen, verdict = facts(artifact()), Verdict(Action.ALLOW, (), "acme", "v1")

    assert make_plan(seen, verdict, "mx.test") == Plan((Edit(Span(0, 0), received(seen, verdict, "mx.test")),))


def test_marked_message_gets_its_tags_below_the_trace_field() -> None:
    """Trace fields stand on top (RFC 5321 section 4.4)."""
    one = Judgement("2", Action.TAG, "type_not_allowed", "otherwise")
    seen, verdict = facts(artifact()), Verdict(Action.TAG, (one,), "acme", "v1")
    expected = received(seen, verdict, "mx.test") + tags(verdict)

    assert make_plan(seen, verdict, "mx.test") == Plan((Edit(Span(0, 0), expected),))
