"""The path of one message: what leaves, what the client hears, what is recorded."""

from dataclasses import replace
from time import monotonic

import pytest

from gateway.model.errors import Deferred, UnknownOutcome
from gateway.model.finding import Finding, FindingKind
from gateway.model.policy import Action, WhenDown
from gateway.model.reply import NEXT_HOP_DOWN, SCANNER_DOWN, Reply
from gateway.model.scan import Outcome, ScanResult
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


class Passage:
    """One run of `process` over stand-ins."""

    def __init__(
        self,
        examiner: FixedExaminer | None = None,
        scanner: FixedScanner | None = None,
        answer: Reply | Exception = DELIVERED,
    ) -> None:
        self.examiner, self.scanner = examiner or FixedExaminer(), scanner or FixedScanner()
        self.outlet, self.log = FixedOutlet(answer), Records()

    async def reply(self) -> Reply:
        """Process one message."""
        return await process(job(), services(self.examiner, self.scanner, self.log), self.outlet)


async def test_allowed_message_gets_the_next_hops_own_reply() -> None:
    """2xx is said because the next hop said it, and the trace field is all that is added."""
    path = Passage()
    reply = await path.reply()

    assert reply == DELIVERED
    assert [edit.span.start for edit in path.outlet.taken[0].plan.edits] == [0]
    assert path.log.kept[0].next_hop_reply == DELIVERED


@pytest.mark.parametrize("code", [450, 550])
async def test_refusal_of_the_next_hop_keeps_its_code(code: int) -> None:
    """4 stays 4, 5 stays 5."""
    said = Reply(code, "7.1", ("no",))

    assert await Passage(answer=said).reply() == said


async def test_refused_file_does_not_leave() -> None:
    """A rejected message never reaches the outlet."""
    path = Passage(FixedExaminer((artifact("1", b"MZ", "application/x-dosexec"),)))
    reply = await path.reply()

    assert (reply.code, path.outlet.taken) == (550, [])
    assert path.log.kept[0].reply == reply


@pytest.mark.parametrize(
    ("scanner", "code"),
    [
        (FixedScanner(frozenset({artifact("1").sha256})), 554),
        (FixedScanner(otherwise=Outcome.UNKNOWN), 451),
        (FixedScanner(forgets=1), 451),
    ],
    ids=["infected", "silent", "forgetful"],
)
async def test_only_a_whole_clean_verdict_lets_a_message_pass(scanner: FixedScanner, code: int) -> None:
    """Infected is refused, silence and nonsense are put off; nothing leaves."""
    path = Passage(scanner=scanner)
    reply = await path.reply()

    assert (reply.code, path.outlet.taken) == (code, [])


async def test_message_that_nobody_looked_into_is_put_off() -> None:
    """A crash of the examiner is 451."""
    path = Passage(FixedExaminer((), (Finding(FindingKind.EXAMINER_FAILED, "1"),)))
    reply = await path.reply()

    assert (reply.code, reply.enhanced, path.outlet.taken) == (451, "4.3.0", [])


async def test_known_error_gives_its_own_reply_and_reason() -> None:
    """The public text and the log's reason differ."""
    path = Passage(FixedExaminer(error=Deferred(SCANNER_DOWN.reply(), "socket /run/x is gone")))
    reply = await path.reply()

    assert reply == SCANNER_DOWN.reply()
    assert (path.log.kept[0].error, path.log.kept[0].verdict) == ("socket /run/x is gone", None)


async def test_unforeseen_error_is_451_without_its_text() -> None:
    """Never a traceback for the client, never a pass, and the id to ask about."""
    path = Passage(FixedExaminer(error=RuntimeError("secret")))
    reply = await path.reply()

    assert (reply.code, "secret" in str(reply), "id=id1" in str(reply)) == (451, False, True)
    assert path.log.kept[0].error == "RuntimeError('secret')"


async def test_lost_answer_is_recorded_as_unknown_outcome() -> None:
    """The verdict was to deliver; nobody knows whether it happened."""
    path = Passage(answer=UnknownOutcome(NEXT_HOP_DOWN.reply(), "closed after the dot"))
    reply = await path.reply()
    record = path.log.kept[0]

    assert (reply.code, record.unknown_outcome, record.message_id) == (451, True, "<1@sender.example>")
    assert record.verdict is not None
    assert record.verdict.action is Action.ALLOW


async def test_decoded_files_are_given_up_whatever_happens() -> None:
    """No descriptor is left behind, also when the scanner fails."""
    for scanner in (FixedScanner(), FixedScanner(forgets=1)):
        path = Passage(scanner=scanner)
        await path.reply()

        assert path.examiner.scratch.is_closed


async def test_every_message_leaves_one_record_with_its_steps() -> None:
    """One line for each decision, with the time of each step."""
    path = Passage()
    await path.reply()

    assert [list(record.timings) for record in path.log.kept] == [["examine", "scan", "decide", "edit", "relay"]]


async def test_size_over_the_policys_limit_is_refused() -> None:
    """What the door let in by the system's limit may still be too much for the recipient."""
    path, one = Passage(), job()
    policy = replace(one.group.policy, limits=replace(one.group.policy.limits, size=5))
    small = replace(one, group=replace(one.group, policy=policy))
    reply = await process(small, services(path.examiner, path.scanner, path.log), path.outlet)

    assert (reply.code, reply.enhanced) == (552, "5.2.3")


async def test_long_silence_of_the_scanners_changes_what_is_done() -> None:
    """As long as `scanning.when_down.max` says, messages wait; after that they pass here, with a mark."""
    path = Passage(scanner=FixedScanner(otherwise=Outcome.UNKNOWN))
    on, message = services(path.examiner, path.scanner, path.log), job()
    down = replace(message.group.policy, down=WhenDown(3600.0, Action.TAG))
    message = replace(message, group=replace(message.group, policy=down))
    first = await process(message, on, path.outlet)
    on.silence.heard([ScanResult("1", Outcome.CLEAN)], 0.0)
    on.silence.heard([ScanResult("1", Outcome.UNKNOWN)], monotonic() - 3601)

    assert first.code == 451
    assert await process(message, on, path.outlet) == DELIVERED
