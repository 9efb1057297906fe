"""Mistakes that only several files together show, or several places of one."""

from gateway.model.policy import Action, Origin, Rule, When
from gateway.policy.lint import RESERVED, lint_allow, lint_claims, lint_reach, lint_rules
from gateway.policy.parse import parse
from gateway.policy.shape import DefaultFile
from gateway.policy.source import Problem
from tests.unit.policy.documents import DEFAULT, TENANT, document
from tests.unit.policy.samples import IMAGES, MALWARE_RULE, PROGRAM_RULE, PROGRAMS

FAMILIES = (IMAGES, PROGRAMS)


def rule(name: str, *families: str, action: Action = Action.REJECT, infected: bool = False) -> Rule:
    when = When(frozenset(families), infected=infected)
    return Rule(name, when, action, "executable", origin=Origin("default.yaml", 7, 5))


def rule_problems(text: str) -> list[str]:
    made = document(text, "default")
    found: list[Problem] = []
    default = parse(made, DefaultFile, found)
    assert default is not None
    return [*map(str, lint_rules(made, default, FAMILIES))]


def test_allowed_family_must_exist() -> None:
    """With the likely one."""
    actual = lint_allow(document(TENANT + "allow: [images, imges]\n"), FAMILIES, ())

    assert [*map(str, actual)] == [
        'acme.yaml:4:17: unknown family "imges"; did you mean "images"? allowed: images, executables'
    ]


def test_what_a_locked_rule_rejects_cannot_be_allowed() -> None:
    """The rule and its place are named; an unlocked one does not stand in the way."""
    made = document(TENANT + "allow: [executables]\n")
    locked = Rule(
        "programs", PROGRAM_RULE.when, Action.REJECT, "executable", locked=True, origin=Origin("d.yaml", 9, 5)
    )

    assert [*map(str, lint_allow(made, FAMILIES, (MALWARE_RULE, locked)))] == [
        'acme.yaml:4:9: "executables" cannot be allowed: the locked rule "programs" (d.yaml:9:5) has reject for it'
    ]
    assert lint_allow(made, FAMILIES, (rule("mild", "executables"),)) == []


def test_rules_name_families_that_exist() -> None:
    """Each wrong one has its place."""
    assert rule_problems(DEFAULT.replace("[executables]", "[images, program]")) == [
        'default.yaml:8:29: unknown family "program"; allowed: images, executables'
    ]


def test_rule_ids_are_their_own() -> None:
    """Neither another rule's nor a word that verdicts use."""
    assert rule_problems(DEFAULT.replace("id: programs", "id: malware")) == [
        'default.yaml:7:9: the id "malware" is used twice'
    ]
    assert rule_problems(DEFAULT.replace("id: programs", f"id: {min(RESERVED)}")) == [
        'default.yaml:7:9: "allow" is a word of verdicts; choose another id'
    ]


def test_malware_can_only_be_rejected() -> None:
    """No file opens that."""
    assert rule_problems(DEFAULT.replace("reject, reason: malware", "tag, reason: malware")) == [
        'default.yaml:5:20: "tag" is not for infected files; allowed: reject'
    ]


def test_rule_behind_a_wider_one_never_matches() -> None:
    """Also behind several families, and behind malware."""
    cases = [
        (rule("wide", "images", "executables"), rule("narrow", "images")),
        (rule("all", infected=True), rule("some", "images", infected=True)),
        (rule("files", "images"), rule("ill", "images", infected=True)),
    ]
    actual = [[one.text for one in lint_reach(pair, FAMILIES)] for pair in cases]

    assert actual == [
        ['the rule "narrow" can never match: "wide" (default.yaml:7:5) comes before it'],
        ['the rule "some" can never match: "all" (default.yaml:7:5) comes before it'],
        ['the rule "ill" can never match: "files" (default.yaml:7:5) comes before it'],
    ]


def test_rule_behind_a_narrower_one_can_match() -> None:
    """Other families, clean files, and files that do not agree enough to be allowed."""
    cases = [
        (rule("narrow", "images"), rule("wide", "images", "executables")),
        (rule("ill", infected=True), rule("clean", "images")),
        (rule("good", "images", action=Action.ALLOW), rule("bad", "images")),
    ]
    assert [lint_reach(pair, FAMILIES) for pair in cases] == [[], [], []]


def test_rule_about_empty_families_never_matches() -> None:
    """A family without any word covers nothing."""
    empty = type(IMAGES)("nothing", "Nothing", frozenset(), frozenset(), frozenset())

    assert [one.text for one in lint_reach([rule("x", "nothing")], (*FAMILIES, empty))] == [
        'the rule "x" can never match: its families are empty'
    ]


def test_mail_belongs_to_one_tenant() -> None:
    """However the domain or address is written, and also within one file."""
    one = document("tenant: one\ndomains: [Bücher.example, '*.a.example']\nrecipients: [X@a.example]\n", "one")
    two = document("tenant: two\ndomains: [xn--bcher-kva.example, com]\nrecipients: [x@A.example]\n", "two")
    twice = document("domains: [b.example, b.example]\n", "twice")

    assert [*map(str, lint_claims((one, two, twice)))] == [
        'two.yaml:2:11: "xn--bcher-kva.example" is already claimed in one.yaml:2:11',
        'two.yaml:3:14: "x@A.example" is already claimed in one.yaml:3:14',
        'twice.yaml:1:22: "b.example" is already claimed in twice.yaml:1:11',
    ]
