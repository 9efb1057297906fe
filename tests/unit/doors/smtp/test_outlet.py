"""What leaves through the door, and what is refused on the hop's behalf."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.adapters.spool import SpoolFolder
from gateway.doors.smtp.outlet import HeldOutlet
from gateway.model.errors import UnknownOutcome
from gateway.model.limits import Deadline
from gateway.model.plan import Edit, Plan
from gateway.model.reply import Reply
from gateway.model.span import Span
from gateway.ports.delivery import Delivery, HopFeatures, Outgoing
from tests.unit.doors.smtp.standins import FEATURES, SILENT, TAKEN, ScriptedConversation, ScriptedHop
from tests.unit.pipeline import world

PLAN = Plan((Edit(Span(0, 0), b"Received: by us\r\n"),))
DEADLINE = Deadline(time.monotonic() + 60)


def outgoing(eight_bit: bool = False) -> Outgoing:  # noqa: FBT001, FBT002
    """Return a message with a trace field to be put on top."""
    job = world.job(b"hello\r\n")
    return Outgoing(job.envelope, job.spool, PLAN, eight_bit)


def held(features: HopFeatures = FEATURES, **answers: Reply | Exception) -> tuple[ScriptedHop, HeldOutlet]:
    """Return a scripted hop and an outlet to it."""
    hop = ScriptedHop(answers, features)
    return hop, HeldOutlet(ScriptedConversation(hop), "ID1")


async def test_message_leaves_with_its_edits_and_the_hops_reply_comes_back() -> None:
    """Every other byte is as it came."""
    hop, outlet = held()

    delivery = await outlet.deliver(outgoing(eight_bit=True), DEADLINE)

    passed = Reply(250, "0.0", ("queued as 4711 (id=ID1)",))
    assert delivery == Delivery(passed, "smtp://hop:25", TAKEN)
    assert hop.messages == [b"Received: by us\r\nhello\r\n"]
    assert outlet.sending_to == "smtp://hop:25"


@pytest.mark.parametrize(
    ("features", "code"),
    [
        (replace(FEATURES, body8bit=False), "554 5.6.3"),
        (replace(FEATURES, size=len(b"Received: by us\r\nhello\r\n") - 1), "552 5.3.4"),
    ],
)
async def test_what_the_hop_cannot_take_is_refused_here(features: HopFeatures, code: str) -> None:
    """It is never sent regardless."""
    hop, outlet = held(features)

    delivery = await outlet.deliver(outgoing(eight_bit=True), DEADLINE)

    assert str(delivery.reply).startswith(code)
    assert (delivery.next_hop_reply, hop.asked, outlet.sending_to) == (None, [], "")


async def test_message_that_just_fits_is_sent() -> None:
    """The bound is the hop's own, trace field included."""
    hop, outlet = held(replace(FEATURES, size=len(b"Received: by us\r\nhello\r\n"), body8bit=False))

    await outlet.deliver(outgoing(), DEADLINE)

    assert hop.asked == ["message"]


@pytest.mark.parametrize(("size", "is_dotless", "expected"), [(600, True, 1), (600, False, 0), (300, True, 0)])
async def test_the_bulk_of_a_long_message_without_dots_is_not_looked_at(
    tmp_path: Path,
    size: int,
    is_dotless: bool,  # noqa: FBT001
    expected: int,
) -> None:
    """It is named by its place, with bytes around it; whatever the way, the same message arrives."""
    message = b"0123456789abcd\r\n" * (size * 64)
    spool = SpoolFolder(tmp_path)()
    spool.write(message)
    spool.is_dotless = is_dotless
    hop, outlet = held()

    await outlet.deliver(replace(outgoing(), spool=spool), DEADLINE)

    assert [b"Received: by us\r\n" + message] == hop.messages
    assert expected == hop.stretches


async def test_lost_answer_stays_unknown() -> None:
    """Nobody turns it into a plain failure, and the hop that may have the message is named."""
    _, outlet = held(message=SILENT)

    with pytest.raises(UnknownOutcome) as raised:
        await outlet.deliver(outgoing(), DEADLINE)
    assert raised.value.next_hop == "smtp://hop:25"
