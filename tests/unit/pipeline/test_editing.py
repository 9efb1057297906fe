"""What leaves where the verdict lets a message leave."""

from dataclasses import replace

from gateway.model.artifact import Artifact
from gateway.model.policy import Action
from gateway.model.span import Span
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

PROGRAM = artifact("1", b"MZ", "application/x-dosexec")


def stripping(action: Action = Action.STRIP) -> Job:
    """Return a job under a policy that takes out what it does not allow."""
    made = job()
    return replace(made, group=replace(made.group, policy=replace(made.group.policy, otherwise=action)))


async def said_of(one: Artifact, action: Action = Action.STRIP) -> tuple[int, FixedOutlet, Records]:
    """Process one message with this file in it."""
    outlet, records = FixedOutlet(DELIVERED), Records()
    reply = await process(stripping(action), services(FixedExaminer((one,)), FixedScanner(), records), outlet)
    return reply.code, outlet, records


async def test_message_leaves_without_what_is_not_allowed() -> None:
    """With a notice in its place, and the log says what was done and how many bytes that was."""
    code, outlet, records = await said_of(PROGRAM)
    plan = outlet.taken[0].plan

    assert code == 250
    assert any(b"multipart/alternative" in edit.data for edit in plan.edits)
    assert [edit.what for edit in records.kept[0].edits] == ["strip 1", "strip 1"]
    assert sum(len(edit.data) for edit in records.kept[0].edits) > 1000


async def test_untouched_message_leaves_no_edit_in_the_log() -> None:
    """The trace field goes without saying."""
    _, _, records = await said_of(artifact("1"))

    assert records.kept[0].edits == ()


async def test_what_cannot_be_taken_out_stops_the_message() -> None:
    """A file that is to be hosted, and nobody made a link to it."""
    code, outlet, records = await said_of(PROGRAM, Action.HOST)

    assert (code, outlet.taken) == (550, [])
    assert "cannot be taken out" in records.kept[0].error


async def test_span_of_the_whole_message_is_never_copied_for_nothing() -> None:
    """An untouched message is one insertion at its beginning."""
    _, outlet, _ = await said_of(artifact("1"))

    assert [edit.span for edit in outlet.taken[0].plan.edits] == [Span(0, 0)]
