"""An ambiguous message of good parts: what leaves is the new one, and the scratch does not outlive it."""

from dataclasses import replace

from gateway.model.artifact import Role
from gateway.model.finding import Finding, FindingKind
from gateway.model.policy import Ambiguous
from gateway.pipeline.job import Job
from gateway.pipeline.process import process
from tests.unit.pipeline.world import (
    DELIVERED,
    FixedExaminer,
    FixedOutlet,
    FixedScanner,
    Records,
    artifact,
    job,
    services,
)

AMBIGUOUS = (Finding(FindingKind.CONFLICTING_FIELD, "1"),)
BODY = replace(artifact("1"), role=Role.BODY, names=(), declared="text/plain", detected="text/plain")


def rebuilding() -> Job:
    """Return a job under a policy that rebuilds."""
    made = job()
    policy = replace(made.group.policy, ambiguous_mime=Ambiguous.REBUILD)
    return replace(made, group=replace(made.group, policy=policy))


async def test_ambiguous_message_leaves_as_a_new_one() -> None:
    """The next hop gets the judged text, under a field that says why."""
    examiner, outlet, records = FixedExaminer((BODY,), AMBIGUOUS), FixedOutlet(DELIVERED), Records()
    made = rebuilding()

    reply = await process(made, services(examiner, FixedScanner(), records), outlet)

    assert reply == DELIVERED
    assert b"X-Postern-Tag: action=rebuild;" in outlet.taken[0].plan.edits[0].data
    assert outlet.taken[0].spool is not made.spool


async def test_what_cannot_be_rebuilt_is_refused() -> None:
    """The verdict said rebuild, but a part has no content of its own: 554, and nothing leaves."""
    examiner = FixedExaminer((replace(BODY, where="2"),), AMBIGUOUS)
    outlet, records = FixedOutlet(DELIVERED), Records()

    reply = await process(rebuilding(), services(examiner, FixedScanner(), records), outlet)

    assert (reply.code, reply.detail, outlet.taken) == (554, "6.0", [])
    assert "cannot be rebuilt" in records.kept[0].error
