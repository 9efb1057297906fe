"""Verifying in a sandbox with DNS in between; the child is run in place here, its jail has tests of its own."""

import time
from dataclasses import dataclass, field

from gateway.adapters.authenticator import MOST_QUESTIONS, SandboxedAuthenticator
from gateway.adapters.dns import Resolver
from gateway.adapters.sandbox.errands import ErrandFailed
from gateway.authn.answers import Answer, Kind, Question
from gateway.authn.errands import Errand, Outcome, Verified
from gateway.authn.run import run
from gateway.model.authentication import Authentication, AuthResult
from gateway.model.envelope import Envelope, Peer, Recipient, Sender
from gateway.model.limits import Deadline, Limits
from gateway.ports.spool import Spool
from tests.unit.authn.world import NOW, answer, signed, zone
from tests.unit.pipeline.world import Bytes

ENVELOPE = Envelope(
    Peer("192.0.2.1", 1, "mx.example.org"), Sender("bob@example.org"), (Recipient("ann@recipient.example"),)
)


@dataclass
class InPlace:
    """Runs errands here, as a child would."""

    failure: str = ""
    greedy: bool = False
    rounds: int = 0

    async def run(self, spool: Spool, limits: Limits, errand: Errand, deadline: Deadline) -> Outcome:
        self.rounds += 1
        if self.failure:
            raise ErrandFailed(self.failure)
        if self.greedy:
            return Outcome(Verified(None, tuple(Question(Kind.A, f"{self.rounds}-{at}.example") for at in range(100))))
        return run(b"".join(spool.chunks()), limits, errand)


@dataclass
class Zones(Resolver):
    """Answers from the zone of the tests instead of a server."""

    asked: list[Question] = field(default_factory=list)

    async def answers(self, questions: object, deadline: Deadline) -> dict[Question, Answer]:
        assert isinstance(questions, tuple)
        self.asked += questions
        return {question: answer(question, zone()) for question in questions}

    async def close(self) -> None:
        self.asked.clear()


async def _verified(errands: InPlace, zones: Zones, data: bytes | None = None) -> Authentication:
    checks = SandboxedAuthenticator(errands, zones, 20.0, lambda: NOW)
    return await checks.verify(Bytes(signed() if data is None else data), ENVELOPE, Deadline(time.monotonic() + 60))


async def test_rounds_of_questions_end_in_results() -> None:
    """What the child must know is fetched, each question once."""
    zones, errands = Zones(), InPlace()
    found = await _verified(errands, zones)

    assert [AuthResult.PASS] * 3 == [found.spf.result, found.dkim[0].result, found.dmarc.result]
    assert errands.rounds == 3
    assert len(zones.asked) == len(set(zones.asked)) == 4


async def test_a_message_that_cannot_be_evaluated_is_undecided() -> None:
    """A crash of the child is not a pass, not a refusal and not a traceback."""
    found = await _verified(InPlace(failure="it \r\n crashed"), Zones())

    assert found.is_undecided
    assert found.dmarc.result is AuthResult.TEMPERROR
    assert found.spf.detail.isprintable()


async def test_the_questions_of_one_message_are_bounded() -> None:
    """In number and in rounds."""
    zones, errands = Zones(), InPlace(greedy=True)
    found = await _verified(errands, zones)

    assert len(zones.asked) <= MOST_QUESTIONS
    assert errands.rounds <= 40
    assert found.is_undecided
