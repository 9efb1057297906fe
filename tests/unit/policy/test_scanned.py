"""What scanners said, and what the policy makes of it."""

from dataclasses import replace

import pytest

from gateway.model.artifact import Role
from gateway.model.conditions import Scanned
from gateway.model.facts import Facts
from gateway.model.policy import Action, IgnoredSignature, WhenDown
from gateway.model.scan import Outcome
from gateway.policy.decide import decide
from gateway.policy.scanned import hear
from tests.unit.policy.samples import PDF, artifact, facts, policy, scan, worst

AT = facts().received_at
BODY = artifact("", "text/plain", "text/plain", role=Role.BODY, where="1")
DOWN = (scan(Outcome.UNKNOWN, "1"), scan(Outcome.UNKNOWN), scan(Outcome.UNKNOWN, "message"))


def test_worst_word_of_all_scanners_counts() -> None:
    """In whatever order they speak."""
    clean, bad, silent = scan(), scan(Outcome.INFECTED), scan(Outcome.UNKNOWN)
    said = [hear(facts(*seen), policy()).said["2"] for seen in ((clean, silent), (silent, bad), (bad, clean), (clean,))]

    assert said == [Scanned.UNSCANNED, Scanned.INFECTED, Scanned.INFECTED, Scanned.CLEAN]


@pytest.mark.parametrize(("seconds", "expected"), [(-1, "reject"), (1, "allow")])
def test_ignored_signature_counts_as_clean_until_its_day(seconds: int, expected: str) -> None:
    """And is noted where it was found."""
    by = policy(ignore_signatures=(IgnoredSignature("PUA.Pdf", AT + seconds),))
    verdict = decide(facts(artifact(), scan(Outcome.INFECTED, signature="PUA.Pdf")), by)
    one = verdict.judgements[0]

    assert verdict.action.word == expected
    assert expected == "reject" or (one.rule, one.found) == ("ignore_signatures", "PUA.Pdf")


def test_another_signature_is_not_ignored() -> None:
    """Not even one that begins with the same letters."""
    by = policy(ignore_signatures=(IgnoredSignature("PUA", AT + 1),))

    assert worst(artifact(), scan(Outcome.INFECTED, signature="PUA.Pdf"), by=by).reason == "malware"


def test_what_no_scanner_reads_to_its_end_has_a_word_of_its_own() -> None:
    """Whatever is done while they are down."""
    by = policy(unscannable=Action.QUARANTINE, when_down=Action.TAG)

    assert worst(artifact(), scan(Outcome.OVER_LIMIT), by=by).action is Action.QUARANTINE


@pytest.mark.parametrize(("seconds", "action"), [(3600.0, Action.DEFER), (3601.0, Action.QUARANTINE)])
def test_after_a_time_another_word_takes_over(seconds: float, action: Action) -> None:
    """Senders give up after days; the admin may have an earlier plan."""
    by = policy(down=WhenDown(3600.0, Action.QUARANTINE))
    seen = replace(facts(artifact(), scan(Outcome.UNKNOWN)), scanner_down_for=seconds)

    assert decide(seen, by).action is action


def judged(*words: tuple[str, Action]) -> dict[str, str]:
    by = policy(down=WhenDown(families=dict(words)))
    return {one.where: one.action.word for one in decide(facts(artifact(), BODY, *DOWN), by).judgements}


def test_family_has_a_word_of_its_own() -> None:
    """Files each by theirs; the message and its text follow the mildest."""
    assert judged() == {"1": "defer", "2": "defer", "message": "defer"}
    assert judged(("images", Action.ALLOW)) == {"1": "allow", "2": "allow", "message": "allow"}
    assert judged(("pdf", Action.ALLOW)) == {"1": "allow", "2": "defer", "message": "allow"}


def test_word_of_a_family_needs_all_three_to_agree() -> None:
    """A PDF called .jpg is not let in as a picture."""
    by = policy(down=WhenDown(families={"images": Action.ALLOW}))
    seen: Facts = facts(artifact(detected=PDF), scan(Outcome.UNKNOWN))

    assert decide(seen, by).deciding[0].action is Action.REJECT
    assert decide(seen, replace(by, otherwise=Action.TAG)).action is Action.DEFER
