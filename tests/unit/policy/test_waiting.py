"""Mail goes out before the scan of its hosted files where the policy says so; nothing else does."""

from dataclasses import replace

import pytest

from gateway.model.artifact import Role
from gateway.model.conditions import When
from gateway.model.facts import Facts
from gateway.model.policy import Action, Hosting, Policy, Rule
from gateway.model.scan import Outcome
from gateway.policy.decide import decide
from tests.unit.policy.samples import PDF, artifact, facts, policy, scan

BODY = artifact("", "text/plain", "text/plain", role=Role.BODY, where="1")
PLAN = artifact("a.pdf", PDF, PDF)
SIGNATURE = artifact("", "application/pkcs7-signature", "application/pkcs7-signature", role=Role.SIGNATURE, where="1.2")
DOWN = (scan(Outcome.UNKNOWN, "1"), scan(Outcome.UNKNOWN), scan(Outcome.UNKNOWN, "message"))
HOSTS = Rule("host-pdf", When(family=frozenset({"pdf"})), Action.HOST, "hosted")


def hosting(*, waits: bool = False) -> Policy:
    """Return a policy that hosts PDFs."""
    return policy(rules=(HOSTS,), hosting=Hosting(deliver_before_scan=not waits))


def actions(seen: Facts, by: Policy) -> dict[str, str]:
    """Return what is done where."""
    return {one.where: one.action.word for one in decide(seen, by).judgements if one.action}


def test_mail_with_a_hosted_file_goes_out_unscanned() -> None:
    """The file waits for its scan behind the link."""
    assert actions(facts(PLAN, BODY, *DOWN), hosting()) == {"2": "host"}


def test_without_the_word_it_waits() -> None:
    """As every mail does while no scanner answers."""
    found = actions(facts(PLAN, BODY, *DOWN), hosting(waits=True))

    assert found == {"1": "defer", "2": "defer", "message": "defer"}


def test_mail_without_a_hosted_file_waits() -> None:
    """There is nothing that a later scan could stop."""
    assert decide(facts(BODY, *DOWN), hosting()).action is Action.DEFER


def test_a_file_that_stays_in_the_mail_makes_it_wait() -> None:
    """It would arrive unscanned."""
    picture = artifact("a.jpg", "image/jpeg", "image/jpeg", where="3")
    seen = facts(PLAN, BODY, picture, *DOWN, scan(Outcome.UNKNOWN, "3"))

    assert actions(seen, hosting()) == {"2": "host", "3": "defer"}


@pytest.mark.parametrize("where", ["1", "2", "message"])
def test_an_infection_is_one(where: str) -> None:
    """Wherever it was found, while another scanner is silent."""
    seen = facts(PLAN, BODY, *DOWN, scan(Outcome.INFECTED, where))

    assert decide(seen, hosting()).action is Action.REJECT


def test_a_file_that_cannot_be_hosted_makes_the_mail_wait() -> None:
    """A signed one stays in its mail, and must be scanned for that."""
    signed = replace(PLAN, where="1.1")
    seen = facts(signed, SIGNATURE, scan(Outcome.UNKNOWN, "1.1"), scan(Outcome.CLEAN, "1.2"))

    assert decide(seen, hosting()).action >= Action.DEFER
