"""From a verdict to edits on the message: fields on top, and every other byte as it came.

What the gateway adds stands above all that the sender wrote, so that no signature breaks.
"""

from gateway.edit.trace import received, tags
from gateway.model.facts import Facts
from gateway.model.plan import Edit, Plan
from gateway.model.policy import Action
from gateway.model.span import Span
from gateway.model.verdict import Verdict


def make_plan(facts: Facts, verdict: Verdict, hostname: str) -> Plan:
    """Return the edits for a message that is relayed, as it came or rebuilt; `hostname` is our own name."""
    top = received(facts, verdict, hostname)
    if verdict.action in {Action.TAG, Action.REBUILD}:
        top += tags(verdict)
    return Plan((Edit(Span(0, 0), top),))
