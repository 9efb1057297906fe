"""Verify, edit, seal: in this order, and only where somebody asks."""

from dataclasses import dataclass, field, replace

import pytest

from gateway.mime.split import split
from gateway.model.authentication import Arc, Authentication, AuthResult, Dmarc, Spf
from gateway.model.envelope import Envelope
from gateway.model.limits import Deadline, Limits
from gateway.model.plan import Edit, Plan
from gateway.model.span import Span
from gateway.pipeline.authentication import authenticated, forged, sealed
from gateway.pipeline.editing import Edited
from gateway.pipeline.job import Job
from gateway.pipeline.services import Services
from gateway.ports.spool import Spool
from tests.unit.pipeline.world import POLICY, FixedExaminer, FixedScanner, Records, job, services

FOUND = Authentication(Spf(AuthResult.PASS, "b.example"), (), Dmarc(AuthResult.NONE, "b.example"), Arc(AuthResult.NONE))
RESULTS = (
    b"Authentication-Results: mx.example;\r\n\tspf=pass smtp.mailfrom=b.example;\r\n\tdkim=none;\r\n"
    b"\tdmarc=none header.from=b.example policy.published=none;\r\n\tarc=none\r\n"
)
TRACE = Edit(Span(0, 0), b"Received: x\r\n")
STRIPPED = Edit(Span(15, 20), b"gone", "strip 1")


@dataclass
class FixedAuthenticator:
    """Says what it is told to say, and counts."""

    is_always_asked: bool = False
    authserv_id: str = "mx.example"
    asked: list[Spool] = field(default_factory=list)

    async def verify(self, spool: Spool, envelope: Envelope, deadline: Deadline) -> Authentication:
        self.asked.append(spool)
        return FOUND


@dataclass
class FixedSealer:
    """Puts one field on top, and remembers over what."""

    plans: list[Plan] = field(default_factory=list)

    async def seal(self, spool: Spool, plan: Plan, found: Authentication, deadline: Deadline) -> bytes:
        self.plans.append(plan)
        return b"ARC-Seal: 1\r\n"


def _services(asked: FixedAuthenticator | None, sealer: FixedSealer | None = None) -> Services:
    return replace(services(FixedExaminer(), FixedScanner(), Records()), authenticator=asked, sealer=sealer)


def _job(*, asks: bool = False, data: bytes = b"Subject: hi\r\n\r\nhello\r\n") -> Job:
    one = job(data)
    return replace(one, group=replace(one.group, policy=replace(POLICY, asks_authentication=asks)))


@pytest.mark.parametrize(
    ("always", "asks", "expected"), [(False, False, None), (True, False, FOUND), (False, True, FOUND)]
)
async def test_a_message_is_verified_where_somebody_asks(
    *, always: bool, asks: bool, expected: Authentication | None
) -> None:
    """DNS and hashes cost; most policies never ask."""
    assert expected == await authenticated(_job(asks=asks), _services(FixedAuthenticator(always)))
    assert await authenticated(_job(asks=True), _services(None)) is None


async def test_an_untouched_message_is_neither_verified_nor_sealed() -> None:
    """Its own signatures are better than any seal."""
    asked, sealer = FixedAuthenticator(), FixedSealer()
    removed = Edit(Span(0, 13), b"", "forged")
    plan, found = await sealed(
        _job(), _services(asked, sealer), None, Edited(Plan((TRACE, removed)), log=(TRACE, removed))
    )

    assert (Plan((TRACE, removed)), None) == (plan, found)
    assert not asked.asked
    assert not sealer.plans


async def test_a_changed_message_is_verified_as_it_came_and_sealed_as_it_leaves() -> None:
    """The seal covers our results and every edit."""
    asked, sealer, one = FixedAuthenticator(), FixedSealer(), _job()
    plan, found = await sealed(
        one, _services(asked, sealer), None, Edited(Plan((TRACE, STRIPPED)), log=(TRACE, STRIPPED))
    )
    results = Edit(Span(0, 0), RESULTS)

    assert [one.spool] == asked.asked
    assert found == FOUND
    assert [Plan((results, TRACE, STRIPPED))] == sealer.plans
    assert Plan((Edit(Span(0, 0), b"ARC-Seal: 1\r\n"), results, TRACE, STRIPPED)) == plan


async def test_a_message_written_anew_is_sealed() -> None:
    """Its edits stand in no plan."""
    sealer = FixedSealer()
    one = _job()
    await sealed(one, _services(FixedAuthenticator(), sealer), None, Edited(Plan((TRACE,)), one.spool))

    assert len(sealer.plans) == 1


async def test_known_results_stand_on_top_of_an_untouched_message() -> None:
    """Nobody is asked twice, nothing is sealed."""
    asked, sealer = FixedAuthenticator(), FixedSealer()
    plan, found = await sealed(_job(), _services(asked, sealer), FOUND, Edited(Plan((TRACE,)), log=(TRACE,)))

    assert (Plan((Edit(Span(0, 0), RESULTS), TRACE)), FOUND) == (plan, found)
    assert not asked.asked + sealer.plans


async def test_without_keys_a_changed_message_bears_results_alone() -> None:
    """Sealing is asked for by naming keys."""
    plan, _ = await sealed(_job(), _services(FixedAuthenticator()), None, Edited(Plan((TRACE,)), log=(STRIPPED,)))

    assert Plan((Edit(Span(0, 0), RESULTS), TRACE)) == plan


def test_fields_that_claim_to_be_ours_are_named() -> None:
    """Unless sender authentication is switched off, as we write none then."""
    data = b"Authentication-Results: mx.example; spf=pass\r\nSubject: hi\r\n\r\nhello\r\n"
    message = split(data, Limits())[0]

    assert forged(message, _job(data=data), _services(FixedAuthenticator())) == {Span(0, 46)}
    assert forged(message, _job(data=data), _services(None)) == frozenset()
