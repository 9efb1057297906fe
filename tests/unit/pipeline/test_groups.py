"""One message to several Groups: each one's own truth, or the one that holds for all."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from gateway.model.envelope import Recipient
from gateway.model.errors import Deferred, UnknownOutcome
from gateway.model.policy import Action
from gateway.model.reply import NEXT_HOP_DOWN, STORE_DOWN, Reply
from gateway.pipeline.groups import Share, process_each, process_together
from gateway.pipeline.services import Services
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

FULL = Reply(452, "3.1", ("no room",))
UNWANTED = Reply(554, "7.1", ("not like this",))
LOST = UnknownOutcome(NEXT_HOP_DOWN.reply(), "closed after the dot")
CUT = Deferred(NEXT_HOP_DOWN.reply(), "closed before the dot")
PROGRAM = artifact("1", b"MZ", "application/x-dosexec")


@dataclass
class Case:
    """Groups, each with what its policy does to the file and what its next hop says."""

    groups: Sequence[tuple[Action, Reply | Exception]]
    cabinet: Cabinet = field(default_factory=Cabinet)
    log: Records = field(default_factory=Records)
    examiner: FixedExaminer = field(default_factory=lambda: FixedExaminer((PROGRAM,)))

    def __post_init__(self) -> None:
        self.outlets = [FixedOutlet(answer) for _, answer in self.groups]

    @property
    def on(self) -> Services:
        """The ports."""
        return replace(services(self.examiner, FixedScanner(), self.log), quarantine=self.cabinet)

    def shares(self) -> list[Share]:
        """Return what concerns each Group: one recipient, one policy."""
        shares: list[Share] = []
        for number, ((action, _), outlet) in enumerate(zip(self.groups, self.outlets, strict=True)):
            one = job()
            envelope = replace(one.envelope, recipients=(Recipient(f"r{number}@t{number}.example"),))
            group = replace(one.group, tenants=(f"t{number}",), policy=replace(POLICY, otherwise=action))
            shares.append((replace(one, id=f"id{number}", envelope=envelope, group=group), outlet))
        return shares

    @property
    def delivered(self) -> list[int]:
        """The Groups whose next hop was given the message."""
        return [number for number, outlet in enumerate(self.outlets) if outlet.taken]

    @property
    def held(self) -> list[tuple[str, str]]:
        """Ids and reasons of what is in the quarantine."""
        return [(case.id, case.reason) for case, _ in self.cabinet.kept]


PASS, REJECT, HELD, DEFER = Action.ALLOW, Action.REJECT, Action.QUARANTINE, Action.DEFER
TYPE = "type_not_allowed"


@pytest.mark.parametrize(
    ("groups", "code", "delivered", "held"),
    [
        ([(PASS, DELIVERED), (PASS, DELIVERED)], 250, [0, 1], []),
        ([(PASS, DELIVERED), (REJECT, DELIVERED)], 250, [0], [("id1", TYPE)]),
        ([(REJECT, DELIVERED), (PASS, DELIVERED)], 250, [1], [("id0", TYPE)]),
        ([(PASS, DELIVERED), (HELD, DELIVERED)], 250, [0], [("id1", TYPE)]),
        ([(HELD, DELIVERED), (REJECT, DELIVERED)], 250, [], [("id0", TYPE), ("id1", TYPE)]),
        ([(REJECT, DELIVERED), (REJECT, DELIVERED)], 550, [], []),
        ([(PASS, DELIVERED), (DEFER, DELIVERED)], 451, [], []),
        ([(REJECT, DELIVERED), (DEFER, DELIVERED)], 451, [], []),
        ([(PASS, FULL), (PASS, DELIVERED)], 452, [0], []),
        ([(PASS, CUT), (PASS, DELIVERED)], 451, [0], []),
        ([(PASS, LOST), (PASS, DELIVERED)], 451, [0], []),
        ([(PASS, UNWANTED), (PASS, FULL)], 452, [0, 1], []),
        ([(PASS, UNWANTED), (PASS, UNWANTED)], 554, [0, 1], []),
        ([(PASS, UNWANTED), (REJECT, DELIVERED)], 250, [0], [("id1", TYPE), ("id0", "undelivered")]),
        ([(PASS, DELIVERED), (PASS, UNWANTED)], 250, [0, 1], [("id1", "undelivered")]),
        ([(PASS, DELIVERED), (PASS, FULL)], 250, [0, 1], [("id1", "undelivered")]),
        ([(PASS, DELIVERED), (PASS, CUT)], 250, [0, 1], [("id1", "undelivered")]),
        ([(PASS, DELIVERED), (PASS, LOST)], 250, [0, 1], [("id1", "undelivered")]),
        ([(PASS, UNWANTED), (PASS, DELIVERED)], 250, [0, 1], [("id0", "undelivered")]),
        ([(PASS, FULL), (HELD, DELIVERED)], 250, [0], [("id1", TYPE), ("id0", "undelivered")]),
    ],
)
async def test_one_reply_is_true_for_all(
    groups: list[tuple[Action, Reply | Exception]], code: int, delivered: list[int], held: list[tuple[str, str]]
) -> None:
    """2xx: every Group has the message or its place in the quarantine. 4xx and 5xx: none has."""
    case = Case(groups)
    reply = await process_together(case.shares(), case.on)

    assert (reply.code, case.delivered, case.held) == (code, delivered, held)
    assert [record.reply for record in case.log.kept] == [reply] * len(groups)
    assert case.examiner.scratch.is_closed


async def test_refusal_that_says_later_is_tried_again_for_all() -> None:
    """A policy may refuse with a reason that is transient by nature: nothing is held for it."""
    case = Case([(PASS, DELIVERED), (REJECT, DELIVERED)])
    shares = case.shares()
    job, outlet = shares[1]
    policy = replace(job.group.policy, otherwise_reason="auth_undecided")
    shares[1] = (replace(job, group=replace(job.group, policy=policy)), outlet)
    reply = await process_together(shares, case.on)

    assert (reply.code, reply.enhanced, case.delivered, case.held) == (451, "4.7.24", [], [])


async def test_undelivered_message_is_held_beside_its_copy() -> None:
    """A copy says that something else was done with the message; what is held waits for an admin."""
    case = Case([(PASS, DELIVERED), (Action.TAG, FULL)])
    shares = case.shares()
    job, outlet = shares[1]
    policy = replace(job.group.policy, otherwise_keeps=True)
    shares[1] = (replace(job, group=replace(job.group, policy=policy)), outlet)
    await process_together(shares, case.on)

    assert [(kept.id, kept.is_copy) for kept, _ in case.cabinet.kept] == [("id1", True), ("id1-held", False)]


async def test_store_that_fails_stops_everything_before_anything_is_relayed() -> None:
    """The client keeps the message, and nobody gets it twice."""
    case = Case([(PASS, DELIVERED), (REJECT, DELIVERED)], Cabinet(Deferred(STORE_DOWN.reply(), "gone")))
    reply = await process_together(case.shares(), case.on)

    assert (reply.code, reply.enhanced, case.delivered) == (451, "4.3.0", [])


async def test_who_gets_the_message_twice_is_recorded() -> None:
    """A next hop has it, another refuses it, and the store is gone: it comes again, and the record says for whom."""
    case = Case([(PASS, DELIVERED), (PASS, FULL)], Cabinet(Deferred(STORE_DOWN.reply(), "gone")))
    reply = await process_together(case.shares(), case.on)
    first, second = case.log.kept

    assert (reply.code, first.unknown_outcome, second.unknown_outcome) == (451, True, False)
    assert (first.message_id, "comes again" in first.error) == ("<1@sender.example>", True)


async def test_unforeseen_trouble_with_one_is_451_for_all() -> None:
    """Nothing is relayed on a guess."""
    case = Case([(PASS, DELIVERED), (PASS, DELIVERED)])
    case.examiner.error = RuntimeError("a bug of ours")
    reply = await process_together(case.shares(), case.on)

    assert (reply.code, case.delivered, len(case.log.kept)) == (451, [], 2)


async def test_no_reply_to_all_speaks_of_one() -> None:
    """What was held and why stands in records, not in what the client hears."""
    case = Case([(PASS, DELIVERED), (REJECT, DELIVERED)])
    reply = await process_together(case.shares(), case.on)

    assert str(reply) == "250 2.6.0 taken: the message was taken; id=id0"


async def test_records_and_cases_hold_their_own_group_only() -> None:
    """Tenant, recipients and policy of one are nowhere in what is written about another."""
    case = Case([(PASS, DELIVERED), (REJECT, DELIVERED)])
    await process_together(case.shares(), case.on)
    ((kept, _),) = case.cabinet.kept

    assert [record.tenants for record in case.log.kept] == [("t0",), ("t1",)]
    assert (kept.tenants, kept.envelope.recipients, kept.is_copy) == (("t1",), (Recipient("r1@t1.example"),), False)
    assert "r1" not in str(case.log.kept[0])


async def test_each_hears_its_own_truth() -> None:
    """Where each recipient has a reply, nothing is held that was not to be held."""
    case = Case([(PASS, DELIVERED), (REJECT, DELIVERED), (DEFER, DELIVERED), (PASS, FULL), (PASS, LOST)])
    replies = await process_each(case.shares(), case.on)

    assert [reply.code for reply in replies] == [250, 550, 451, 452, 451]
    assert (case.delivered, case.held) == ([0, 3, 4], [])
    assert [record.facts.id for record in case.log.kept] == ["id0", "id1", "id2", "id3", "id4"]
    assert [record.unknown_outcome for record in case.log.kept] == [False, False, False, False, True]
    assert case.examiner.scratch.is_closed
