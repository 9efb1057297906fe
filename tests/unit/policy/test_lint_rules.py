"""Mistakes in rules."""

import pytest

from gateway.policy.lint_rules import RESERVED, is_exception, locked_families
from tests.unit.policy.documents import policy_of, problems_of
from tests.unit.policy.samples import MALWARE_RULE, PROGRAM_RULE

LOCKED = ", is locked and cannot be opened"
ENDS = ", expires: 2027-03-31"


def rule(when: str, then: str = "{action: allow}", more: str = "") -> str:
    return f"rules:\n  - {{id: x, when: {when}, then: {then}{more}}}\n"


def starts(text: str, **given: dict[str, str]) -> list[str]:
    return [one.partition("allowed:")[0].rstrip("; ").partition("acme.yaml:")[2] for one in problems_of(text, **given)]


REFUSE = "{action: reject, reason: malware}"
MISTAKES = {
    "family": (rule("{family: [imges]}"), '5:29: unknown family "imges"; did you mean "images"?'),
    "family, one word": (rule("{family: imges}"), '5:28: unknown family "imges"; did you mean "images"?'),
    "members": (rule("{members: {all: [imges]}}"), '5:36: unknown family "imges"; did you mean "images"?'),
    "not": (
        rule("{size: {max: 1B}, not: {detected_family: imges}}"),
        '5:60: unknown family "imges"; did you mean "images"?',
    ),
    "anybody's sender": (
        rule("{sender: {domain: a.example}}", more=ENDS),
        '5:20: the key "auth" is missing: anyone may claim to be this sender',
    ),
    "proof of another domain": (
        rule("{sender: {domain: a.example}, auth: {dmarc: pass}}", more=ENDS),
        '5:20: the key "auth" is missing: anyone may claim to be this sender',
    ),
    "sender without an end": (
        rule("{sender: {auth: dmarc}}", "{action: host}"),
        '5:5: the key "expires" is missing: "x" opens something for somebody, and exceptions end',
    ),
    "recipient without an end": (
        rule("{not: {recipient: {address: a@b.example}}}"),
        '5:5: the key "expires" is missing: "x" opens something for somebody, and exceptions end',
    ),
    "locked by a tenant": (
        rule("{family: pdf}", REFUSE, ", locked: true"),
        '5:75: "locked" is for files that others extend; remove the key',
    ),
    "one of the families is closed": (
        rule("{family: [pdf, scripts]}"),
        '5:34: "scripts" cannot be',
    ),
    "unknown list": (
        rule("{sender: {list: partners}}", REFUSE),
        '5:35: unknown list of sender_domains or senders "partners"',
    ),
}


@pytest.mark.parametrize(("text", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_mistake_has_its_place(text: str, expected: str) -> None:
    """In a file that is otherwise right."""
    assert starts(text) == [expected]


def test_rule_ids_are_their_own() -> None:
    """Neither another rule's, also of a parent, nor a word that verdicts use."""
    assert starts(rule("{family: pdf}").replace("id: x", "id: malware")) == [
        '5:10: the id "malware" is used twice; first in default.yaml:4:5'
    ]
    assert starts(rule("{family: pdf}").replace("id: x", f"id: {min(RESERVED)}")) == [
        '5:10: "allow" is a word of verdicts; choose another id'
    ]


def test_malware_can_only_be_rejected() -> None:
    """And not even that, since a locked rule has done it."""
    assert starts(rule("{scan: infected, family: pdf}", "{action: tag, reason: malware}")) == [
        f'5:5: the rule "x" can never match: "malware" (default.yaml:4:5) comes before it{LOCKED}',
        '5:65: "tag" is not for infected files',
    ]


def test_locked_families_are_those_refused_whatever_else_is_known() -> None:
    """An infection is no family."""
    assert locked_families((MALWARE_RULE, PROGRAM_RULE)) == {"executables": PROGRAM_RULE}


def test_rule_for_everybody_is_no_exception() -> None:
    """It needs neither owner nor end; a rule that forbids is none for anybody."""
    open_to_all = policy_of(rule("{family: [archives], members: {all: [images]}}")).rules[2]
    strict = policy_of(rule("{sender: {domain: a.example}}", REFUSE)).rules[2]
    friends = policy_of(rule("{auth: {dmarc: pass}}", more=ENDS)).rules[2]

    assert [is_exception(one) for one in (open_to_all, strict, friends)] == [False, False, True]
