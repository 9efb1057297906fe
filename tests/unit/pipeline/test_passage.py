"""The steps of one message, each alone."""

import pytest

from gateway.model.errors import Refused, UnknownOutcome
from gateway.model.policy import Action
from gateway.model.reply import AMBIGUOUS_MIME, NEXT_HOP_DOWN
from gateway.pipeline.passage import Passage
from gateway.pipeline.services import Services
from tests.unit.pipeline.world import (
    DATA,
    DELIVERED,
    Cabinet,
    FixedExaminer,
    FixedOutlet,
    FixedScanner,
    Records,
    job,
    services,
)


def world() -> tuple[Services, Cabinet, Passage]:
    """Return a message that nothing was done with yet."""
    on = services(FixedExaminer(), FixedScanner(), Records())
    assert isinstance(on.quarantine, Cabinet)
    return on, on.quarantine, Passage(job(), on, FixedOutlet())


async def test_judging_changes_nothing_outside() -> None:
    """What a Group's verdict is can be asked before anything is done about it."""
    _, cabinet, one = world()
    await one.judge()

    assert (one.verdict.action, cabinet.kept, one.edited) == (Action.ALLOW, [], None)


async def test_message_that_may_pass_can_be_held_all_the_same() -> None:
    """The original, with the reason that was given, and not as a copy."""
    _, cabinet, one = world()
    await one.judge()
    await one.hold("undelivered")
    ((case, data),) = cabinet.kept

    assert (case.reason, case.is_copy, data) == ("undelivered", False, DATA)


async def test_steps_in_order_deliver() -> None:
    """Judge, edit, relay."""
    _, _, one = world()
    await one.judge()
    one.edit()
    one.close()

    assert await one.relay(one.job.deadline) == DELIVERED
    assert one.record(DELIVERED).next_hop == "smtp://next:25"


@pytest.mark.parametrize(
    ("error", "code", "unknown"),
    [
        (Refused(AMBIGUOUS_MIME.reply(), "why"), 554, False),
        (UnknownOutcome(NEXT_HOP_DOWN.reply(), "why"), 451, True),
        (RuntimeError("why"), 451, False),
    ],
)
def test_whatever_fails_has_a_reply_and_is_in_the_record(error: Exception, code: int, *, unknown: bool) -> None:
    """Known errors bring their own reply, others are 451."""
    _, _, one = world()
    reply = one.failed(error)
    record = one.record(reply)

    assert (reply.code, record.unknown_outcome, "why" in record.error, record.verdict) == (code, unknown, True, None)
