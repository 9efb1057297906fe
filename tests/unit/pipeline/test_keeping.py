"""What goes into the quarantine, and when nothing may go on without it."""

from dataclasses import replace

import pytest

from gateway.model.errors import Deferred
from gateway.model.examination import Examination
from gateway.model.limits import Deadline, Limits
from gateway.model.message import HeaderField, Message, Part
from gateway.model.policy import DAY, Action, Policy, Quarantining
from gateway.model.reply import STORE_DOWN, Reply
from gateway.model.span import Span
from gateway.pipeline.process import process
from gateway.ports.inspection import Inspection
from gateway.ports.quarantine import Case, Heading
from gateway.ports.spool import Spool
from tests.unit.pipeline.world import (
    DELIVERED,
    POLICY,
    Cabinet,
    FixedExaminer,
    FixedOutlet,
    FixedScanner,
    Records,
    artifact,
    job,
    services,
)

PROGRAM = artifact("1", b"MZ", "application/x-dosexec")
HOLDING = replace(POLICY, otherwise=Action.QUARANTINE, quarantine=Quarantining(keep=2 * DAY))


class Headed(FixedExaminer):
    """Finds header fields where they stand."""

    async def examine(self, spool: Spool, limits: Limits, deadline: Deadline) -> Inspection:
        """Give each line of the header as a field."""
        whole = b"".join(spool.chunks())
        fields, at = [], 0
        for line in whole.partition(b"\r\n\r\n")[0].split(b"\r\n"):
            name = line.partition(b":")[0]
            end = at + len(line)
            fields.append(HeaderField(name.lower(), Span(at, end + 2), Span(at + len(name) + 1, end)))
            at = end + 2
        span = Span(0, spool.size)
        root = Part((), span, span, span, tuple(fields), "text/plain", "", (), "", "7bit", ())
        return Inspection(Examination(Message(spool.size, root), self.artifacts, self.findings), self.scratch)


class Held:
    """One message on its way, with a quarantine."""

    def __init__(self, policy: Policy = HOLDING, error: Exception | None = None) -> None:
        self.policy = policy
        self.cabinet, self.outlet, self.log = Cabinet(error), FixedOutlet(), Records()
        self.examiner: FixedExaminer = FixedExaminer((PROGRAM,))

    async def reply(self, data: bytes = b"Subject: hi\r\n\r\nhello\r\n") -> Reply:
        """Process it."""
        on = replace(services(self.examiner, FixedScanner(), self.log), quarantine=self.cabinet)
        one = job(data)
        return await process(replace(one, group=replace(one.group, policy=self.policy)), on, self.outlet)

    @property
    def case(self) -> Case:
        """What was kept."""
        ((case, _),) = self.cabinet.kept
        return case


async def test_held_message_is_kept_and_not_relayed() -> None:
    """The original, byte for byte; the client hears 250, the next hop nothing."""
    one = Held()
    reply = await one.reply()

    assert (reply.code, reply.enhanced, one.outlet.taken) == (250, "2.6.0", [])
    assert [data for _, data in one.cabinet.kept] == [b"Subject: hi\r\n\r\nhello\r\n"]
    assert (one.case.id, one.case.reason, one.case.is_copy) == ("id1", "type_not_allowed", False)
    assert one.case.expires_at == one.case.received_at + 2 * DAY
    assert one.case.tenants == ("acme",)
    assert "keep" in one.log.kept[0].timings


async def test_store_that_fails_is_451_and_nothing_leaves() -> None:
    """The client keeps the message."""
    one = Held(error=Deferred(STORE_DOWN.reply(), "keeper: gone"))
    reply = await one.reply()

    assert (reply.code, reply.enhanced, one.outlet.taken) == (451, "4.3.0", [])
    assert (one.log.kept[0].error, one.examiner.scratch.is_closed) == ("keeper: gone", True)


async def test_message_that_passes_is_not_kept() -> None:
    """Work that only some policies need happens only for those."""
    one = Held()
    one.examiner = FixedExaminer()

    assert (await one.reply(), one.cabinet.kept) == (DELIVERED, [])


async def test_message_that_is_put_off_is_not_kept() -> None:
    """It comes again, and is judged again."""
    one = Held(replace(HOLDING, otherwise=Action.DEFER))

    assert ((await one.reply()).code, one.cabinet.kept) == (451, [])


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        (b"plain", "plain"),
        (b"=?utf-8?q?=E2=82=AC_5?=", "\u20ac 5"),
        (b"=?utf-8?q?a=1b]0;x=07=0d=0ab?=", "a]0;x b"),
        (b"\xff" * 5000, None),
    ],
    ids=["plain", "encoded", "escapes", "endless"],
)
async def test_heading_is_decoded_and_cleaned(field: bytes, shown: str | None) -> None:
    """The first field of each kind, on one line, of bounded length."""
    one = Held()
    one.examiner = Headed((PROGRAM,))
    await one.reply(b"Subject: " + field + b"\r\nFrom: a@b\r\nsubject: second\r\nMessage-ID: <1@b>\r\n\r\nx\r\n")

    if shown is None:
        assert len(one.case.heading.subject) <= 60
    else:
        assert one.case.heading == Heading(shown, "a@b", "<1@b>")
