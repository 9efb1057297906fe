"""What a file is to the policy."""

from dataclasses import replace

from gateway.model.conditions import When
from gateway.model.families import Family
from gateway.model.finding import Finding, FindingKind
from gateway.model.policy import Action, Hosting, Rule
from gateway.policy.decide import decide
from tests.unit.policy.samples import EXE, PDF, ZIP, artifact, facts, outcome, policy, worst

HOST = Rule("big", When(family=frozenset({"pdf", "office"})), Action.HOST, "hosted", ttl=60.0)
STRIP = Rule("drawings", When(family=frozenset({"cad"})), Action.STRIP, "type_not_allowed", keep=True)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def test_rule_says_all_that_is_done() -> None:
    """Action, reason, a copy kept, and how long a link lives."""
    by = policy(rules=(HOST, STRIP))
    hosted, stripped = worst(artifact("a.pdf", PDF, PDF), by=by), worst(artifact("a.dwg", "", "image/vnd.dwg"), by=by)

    assert (hosted.action, hosted.reason, hosted.rule, hosted.ttl) == (Action.HOST, "hosted", "big", 60.0)
    assert (stripped.action, stripped.reason, stripped.keep) == (Action.STRIP, "type_not_allowed", True)


def test_small_allowed_file_stays_attached() -> None:
    """`hosting.over` is about allowed files; what only a link lets in is hosted at any size."""
    by = policy(rules=(HOST,), hosting=Hosting(over=100))

    assert outcome(artifact("a.pdf", PDF, PDF, size=99), by=by) == ("allow", "", "big")
    assert outcome(artifact("a.pdf", PDF, PDF, size=100), by=by) == ("host", "hosted", "big")
    assert outcome(artifact("a.docx", DOCX, DOCX, size=99), by=by) == ("host", "hosted", "big")


def test_what_is_locked_is_never_hosted() -> None:
    """Neither a program nor one in disguise, whatever `otherwise` says."""
    by = policy(otherwise=Action.HOST, rules=(*policy().rules, HOST))

    assert outcome(artifact("a.exe", "", EXE), by=by)[0] == "reject"
    assert outcome(artifact("a.pdf", PDF, EXE), by=by) == ("reject", "disguised", "executables")


def test_otherwise_has_a_reason_of_its_own_and_keeps_a_copy() -> None:
    """For what it covers, and for what nobody saw through."""
    by = policy(otherwise=Action.STRIP, otherwise_reason="unreadable", otherwise_keeps=True)
    unknown, broken = worst(artifact("a.zip", ZIP, ZIP), by=by), worst(Finding(FindingKind.POLYGLOT, "2"), by=by)

    assert (unknown.action, unknown.reason, unknown.keep) == (Action.STRIP, "unreadable", True)
    assert (broken.action, broken.reason, broken.keep) == (Action.STRIP, "disguised", True)


def test_rule_decides_what_becomes_of_encrypted_archives() -> None:
    """By its own action and reason, although nobody could list them."""
    hold = Rule("locked", When(encrypted=True), Action.QUARANTINE, "encrypted")
    box = artifact("a.zip", ZIP, ZIP, encrypted=True)
    found = Finding(FindingKind.CONTAINER_ENCRYPTED, "2")

    assert outcome(box, found, by=policy(rules=(hold,))) == ("quarantine", "encrypted", "locked")
    assert outcome(box, found) == ("reject", "encrypted", "otherwise")


def test_rule_answers_only_for_what_it_names() -> None:
    """Another finding about the same file still counts."""
    by = policy(rules=(Rule("macros", When(macros=True), Action.STRIP, "macros"),))
    macros, script = Finding(FindingKind.MACRO_CODE, "2"), Finding(FindingKind.ACTIVE_CONTENT, "2")
    file = artifact("a.docx", DOCX, DOCX)

    assert outcome(file, macros, by=by) == ("strip", "macros", "macros")
    assert outcome(file, macros, script, by=by) == ("reject", "active_content", "otherwise")


def test_archive_that_a_rule_allows_must_have_been_listed() -> None:
    """As one that `allow` names."""
    by = policy(rules=(Rule("open", When(family=frozenset({"archives"})), Action.ALLOW, ""),))

    assert outcome(artifact("a.zip", ZIP, ZIP), by=by) == ("reject", "unreadable", "otherwise")
    assert outcome(artifact("a.zip", ZIP, ZIP, is_container=True), by=by) == ("allow", "", "open")


def test_own_name_for_archives_is_no_way_around_looking_into_them() -> None:
    """Whatever a tenant calls what its content shows."""
    boxes = Family("boxes", "Boxes", frozenset({"zip"}), frozenset({ZIP}), frozenset({ZIP}))
    by = policy(families=(*policy().families, boxes), allow=("boxes",))

    assert outcome(artifact("a.zip", ZIP, ZIP), by=by) == ("reject", "unreadable", "otherwise")
    assert outcome(artifact("a.zip", ZIP, ZIP, is_container=True), by=by)[0] == "allow"


def test_rule_about_a_family_leaves_bodies_alone() -> None:
    """An HTML mail is no web page that somebody attached."""
    by = policy(rules=(Rule("web", When(family=frozenset({"web"})), Action.STRIP, "type_not_allowed"),))
    page = artifact("a.html", "text/html", "text/html")
    body = replace(page, names=(), role=type(page.role).BODY)

    assert decide(facts(body), by).action is Action.ALLOW
    assert decide(facts(page), by).action is Action.STRIP
