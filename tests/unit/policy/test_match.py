"""Which rule covers a file."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.model.artifact import Artifact
from gateway.model.conditions import Between, Hours, Scanned, When
from gateway.model.families import index
from gateway.model.finding import Gravity
from gateway.model.policy import Action, Rule
from gateway.policy.agree import read
from gateway.policy.match import Case, Members, answered, first_rule, malware_rule, unmet
from tests.unit.policy.samples import EXE, IMAGES, MALWARE_RULE, PROGRAM_RULE, PROGRAMS, ZIP, artifact, facts

FAMILIES = index((IMAGES, PROGRAMS))
RULES = (MALWARE_RULE, PROGRAM_RULE)
SATURDAY_NOON = 1795262400.0


def case(*files: Artifact, gravity: Gravity | None = None, at: float = SATURDAY_NOON, **changes: Any) -> Case:
    """The first of the files, with the others beside it."""
    readings = [read(one, FAMILIES) for one in files]
    members = Members([one.where for one in files], readings)
    known = frozenset({gravity} if gravity else ())
    made = Case(replace(facts(*files), received_at=at), files[0], readings[0], members, known)
    return replace(made, **changes)


def rule(action: Action = Action.REJECT, expires: float | None = None, **when: Any) -> Rule:
    return Rule("r", When(**when), action, "executable", expires=expires)


def missing(one: Rule, of: Case) -> list[str]:
    return [*unmet(one, of)]


def test_first_rule_that_covers_a_file_decides() -> None:
    """Order counts, not severity."""
    program = case(artifact("a.exe", "", EXE))
    mild = replace(PROGRAM_RULE, id="mild", action=Action.TAG)

    assert first_rule((mild, PROGRAM_RULE), program) is mild
    assert first_rule(RULES, program) is PROGRAM_RULE
    assert first_rule(RULES, case(artifact())) is None


def test_malware_rule_asks_for_nothing_else() -> None:
    """An infection of the raw message belongs to no family."""
    narrow = rule(family=frozenset({"images"}), scan=frozenset({Scanned.INFECTED}))

    assert malware_rule((narrow, MALWARE_RULE)) is MALWARE_RULE


IMAGE, PROGRAM = frozenset({"images"}), frozenset({"executables"})
CONDITIONS: dict[str, tuple[dict[str, Any], Case, Case]] = {
    "family": ({"family": PROGRAM}, case(artifact("a.exe")), case(artifact())),
    "detected_family": ({"detected_family": PROGRAM}, case(artifact(detected=EXE)), case(artifact("a.exe"))),
    "name": ({"name": ("rechnung-*.jpg",)}, case(artifact("x/RECHNUNG-7.JPG ")), case(artifact("rechnung.jpg"))),
    "size": ({"size": Between(9, 9)}, case(artifact()), case(artifact(size=10))),
    "depth": ({"depth": Between(1)}, case(artifact(depth=1)), case(artifact())),
    "encrypted": ({"encrypted": True}, case(artifact(encrypted=True)), case(artifact())),
    "macros": ({"macros": True}, case(artifact(), gravity=Gravity.MACROS), case(artifact())),
    "active_content": ({"active_content": False}, case(artifact()), case(artifact(), gravity=Gravity.ACTIVE)),
    "mismatch": ({"mismatch": True}, case(artifact("a.html")), case(artifact())),
    "members": (
        {"members_any": PROGRAM},
        case(artifact("a.zip", ZIP, ZIP, is_container=True), artifact("a.exe", where="2/x/a.exe")),
        case(artifact("a.zip", ZIP, ZIP, is_container=True), artifact("a.exe", where="21/x/a.exe")),
    ),
    "scan": (
        {"scan": frozenset({Scanned.CLEAN})},
        case(artifact(), scanned=Scanned.CLEAN),
        case(artifact(), scanned=Scanned.UNSCANNED),
    ),
    "time": ({"time": Hours(frozenset({5}), 660, 780)}, case(artifact()), case(artifact(), at=SATURDAY_NOON + 3600)),
    "not": ({"negated": When(family=IMAGE)}, case(artifact("a.exe", "", EXE)), case(artifact())),
}


@pytest.mark.parametrize("key", CONDITIONS)
def test_condition_holds_for_the_one_and_is_named_for_the_other(key: str) -> None:
    """All by itself."""
    when, good, bad = CONDITIONS[key]

    assert missing(rule(**when), good) == []
    assert missing(rule(**when), bad) == [key]


def test_conditions_of_a_rule_hold_together() -> None:
    """Each that fails is named."""
    both = rule(family=PROGRAM, size=Between(10))

    assert missing(both, case(artifact("a.exe", size=10))) == []
    assert missing(both, case(artifact("a.exe"))) == ["size"]
    assert missing(both, case(artifact())) == ["family", "size"]


@pytest.mark.parametrize("action", [Action.ALLOW, Action.TAG, Action.HOST])
def test_rule_that_lets_pass_covers_only_files_that_agree(action: Action) -> None:
    """To pass by any reading would be a way in for every disguise."""
    one = rule(action, family=IMAGE)

    assert missing(one, case(artifact())) == []
    assert missing(one, case(artifact("a.exe"))) == ["family"]
    assert missing(rule(action), case(artifact("a.exe"))) == ["mismatch"]
    assert missing(rule(action, mismatch=True), case(artifact("a.exe"))) == []


def test_not_turns_the_care_around() -> None:
    """Who lets pass what is no program means: what nobody could take for one."""
    one = rule(Action.ALLOW, negated=When(family=PROGRAM), mismatch=True)

    assert missing(one, case(artifact("a.exe"))) == ["not"]


def test_every_member_of_a_container_must_fit() -> None:
    """At any depth; a container that nobody listed has no members that fit."""
    box = artifact("a.zip", ZIP, ZIP, is_container=True)
    good, bad = artifact(where="2/a.jpg"), artifact("a.exe", where="2/b.zip/a.exe")
    one = rule(Action.ALLOW, members_all=IMAGE)

    assert missing(one, case(box, good)) == []
    assert missing(one, case(box, good, bad)) == ["members"]
    assert missing(one, case(replace(box, is_container=False), good)) == ["members"]


def test_rule_that_expired_matches_nothing() -> None:
    """From its last second on."""
    assert missing(rule(expires=SATURDAY_NOON), case(artifact())) == ["expires"]
    assert missing(rule(expires=SATURDAY_NOON + 1), case(artifact())) == []


def test_parts_of_the_message_itself_are_no_attachments() -> None:
    """A rule about files never touches a good body, and nothing hosts or strips it; a locked one looks everywhere."""
    body = case(artifact("", "text/plain", "text/plain"), is_own=True)
    about_files = rule(size=Between(1))

    assert missing(about_files, body) == ["attachment"]
    assert missing(rule(Action.STRIP), body) == ["attachment"]
    assert missing(rule(Action.QUARANTINE), body) == []
    assert missing(replace(about_files, locked=True), body) == []


def test_hours_may_run_over_midnight() -> None:
    """In UTC."""
    night = rule(time=Hours(after=22 * 60, before=6 * 60))
    hits = [missing(night, case(artifact(), at=SATURDAY_NOON + 3600 * later)) == [] for later in (0, 10, 17, 18)]

    assert hits == [False, True, True, False]


def test_rule_answers_for_the_findings_that_it_names() -> None:
    """Only for those, and only where it asks that they are there."""
    assert answered(rule(encrypted=True, macros=False)) == {Gravity.ENCRYPTED}
    assert answered(rule(family=IMAGE)) == frozenset()


def test_hostile_patterns_and_names_take_no_time() -> None:
    """Many stars against a long name that nearly fits."""
    one = rule(name=("*a" * 90 + "b",))

    assert missing(one, case(artifact("a" * 5000))) == ["name"]
