"""Several Groups, one look."""

import asyncio
from dataclasses import dataclass, replace

import pytest

from gateway.model.authentication import Arc, Authentication, AuthResult, Dmarc, Spf
from gateway.model.envelope import Envelope
from gateway.model.errors import Deferred
from gateway.model.limits import Deadline, Limits
from gateway.model.reply import SCANNER_DOWN
from gateway.model.span import Span
from gateway.pipeline.once import Once
from gateway.pipeline.scan import scan_all
from gateway.ports.inspection import Inspection
from gateway.ports.spool import Spool
from tests.unit.pipeline.world import Bytes, FixedExaminer, FixedScanner, Records, job, services

LATER = Deadline(1e12)


@dataclass
class Counting(FixedExaminer):
    """Counts how often it is asked."""

    asked: int = 0

    async def examine(self, spool: Spool, limits: Limits, deadline: Deadline) -> Inspection:
        self.asked += 1
        await asyncio.sleep(0)
        return await super().examine(spool, limits, deadline)


async def test_same_limits_are_one_examination_and_one_scan() -> None:
    """Whoever asks, also at the same time; the files are there until all are through."""
    examiner, scanner, spool = Counting(), FixedScanner(), Bytes(b"x")
    once = Once(services(examiner, scanner, Records()))
    on = once.services

    async def look() -> Inspection:
        found = await on.examiner.examine(spool, Limits(), LATER)
        await scan_all(found, spool, on.scanners, 1000, LATER)
        found.scratch.close()
        return found

    first, second = await asyncio.gather(look(), look())

    assert (examiner.asked, scanner.asked, first is second) == (1, ["1", "message"], True)
    assert b"".join(first.scratch.chunks(Span(0, 5))) == b"hello"
    assert not examiner.scratch.is_closed

    once.close()

    assert examiner.scratch.is_closed


async def test_other_limits_are_another_examination() -> None:
    """What one policy calls too much, another may open to its end."""
    examiner = Counting()
    on = Once(services(examiner, FixedScanner(), Records())).services
    for limits in (Limits(), Limits(depth=1), Limits()):
        await on.examiner.examine(Bytes(), limits, LATER)

    assert examiner.asked == 2


async def test_failure_is_not_remembered() -> None:
    """The next Group may have more luck."""
    examiner = Counting(error=Deferred(SCANNER_DOWN.reply(), "no child"))
    on = Once(services(examiner, FixedScanner(), Records())).services
    with pytest.raises(Deferred):
        await on.examiner.examine(Bytes(), Limits(), LATER)
    examiner.error = None
    await on.examiner.examine(Bytes(), Limits(), LATER)

    assert examiner.asked == 2


class CountingAuthenticator:
    """Finds nothing, and counts."""

    authserv_id = "mx.example"
    is_always_asked = True

    def __init__(self) -> None:
        self.asked = 0

    async def verify(self, spool: Spool, envelope: Envelope, deadline: Deadline) -> Authentication:
        """Count."""
        self.asked += 1
        none = AuthResult.NONE
        return Authentication(Spf(none, ""), (), Dmarc(none, ""), Arc(none))


async def test_sender_is_verified_once() -> None:
    """The results hang on nothing that differs between Groups."""
    asked, one = CountingAuthenticator(), job()
    plain = services(FixedExaminer(), FixedScanner(), Records())
    by = Once(replace(plain, authenticator=asked)).services.authenticator
    assert by is not None

    results = [await by.verify(one.spool, one.envelope, LATER) for _ in range(2)]

    assert (asked.asked, results[0] is results[1], by.authserv_id, by.is_always_asked) == (1, True, "mx.example", True)
