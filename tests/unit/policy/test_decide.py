"""The one function that decides."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.artifact import Artifact, Role
from gateway.model.facts import Facts
from gateway.model.finding import Finding, FindingKind
from gateway.model.policy import Action, Policy
from gateway.model.scan import Outcome
from gateway.model.verdict import Verdict
from gateway.policy.decide import SPECIFIC_FIRST, decide
from gateway.policy.explain import CAUSES
from tests.unit.policy import strategies
from tests.unit.policy.samples import EXE, JPEG, PDF, ZIP, artifact, facts, outcome, policy, scan, worst

APPLE = "application/applefile"
ALLOWED = ("allow", "", "allow")
PROGRAM = ("reject", "executable", "executables")
DISGUISE = ("reject", "disguised", "executables")
NOT_ALLOWED = ("reject", "type_not_allowed", "otherwise")
PRETENDER = ("reject", "disguised", "otherwise")
OCTETS = "application/octet-stream"

FILES = {
    "photo": (artifact(), ALLOWED),
    "photo with the other label": (artifact("a.JPG", "image/jpg"), ALLOWED),
    "photo with a sister's name": (artifact("a.png"), ALLOWED),
    "photo without any claim": (artifact("", ""), ALLOWED),
    "iPhone film labelled mp4": (artifact("IMG_1.MOV", "video/mp4", "video/quicktime"), ALLOWED),
    "invoice": (artifact("a.pdf", "application/x-pdf", PDF), ALLOWED),
    "invoice of a careless program": (artifact("a.pdf", OCTETS, PDF), ALLOWED),
    "invoice with a date for a name": (artifact("Rechnung 21.11.2026", PDF, PDF), ALLOWED),
    "picture of a web site": (artifact("www.example.com.pdf", PDF, PDF), ALLOWED),
    "program": (artifact("setup.exe", OCTETS, EXE), PROGRAM),
    "program in a container": (artifact("x/setup.exe", "", EXE, role=Role.MEMBER, depth=1), PROGRAM),
    "program without a name": (artifact("", "", EXE), PROGRAM),
    "program named jpg": (artifact("a.jpg", JPEG, EXE), DISGUISE),
    "program labelled jpeg": (artifact("", JPEG, EXE), DISGUISE),
    "photo named exe": (artifact("a.jpg.exe"), PROGRAM),
    "photo with a second name": (artifact(names=("a.jpg", "a.vbs")), PROGRAM),
    "photo labelled as a program": (artifact(declared="application/x-msdownload"), PROGRAM),
    "text named bat": (artifact("a.bat", "text/plain", "text/plain"), PROGRAM),
    "shortcut named pdf": (artifact("a.pdf", PDF, "application/x-ms-shortcut"), DISGUISE),
    "photo named html": (artifact("a.html"), PRETENDER),
    "photo labelled html": (artifact("a.jpg", "text/html"), PRETENDER),
    "photo with an unknown extension": (artifact("a.xyz"), PRETENDER),
    "photo called pdf": (artifact("a.pdf"), PRETENDER),
    "noise named jpg": (artifact(detected=OCTETS), NOT_ALLOWED),
    "svg named jpg": (artifact(detected="image/svg+xml"), NOT_ALLOWED),
    "archive": (artifact("a.zip", ZIP, ZIP, is_container=True), NOT_ALLOWED),
    "about a photo": (artifact(declared=APPLE, detected=APPLE), ("allow", "", "attachment")),
    "about a photo, as the photo": (artifact(detected=APPLE), NOT_ALLOWED),
    "empty photo": (artifact(detected="application/x-empty", size=0), ALLOWED),
}


@pytest.mark.parametrize(("file", "expected"), FILES.values(), ids=FILES)
def test_file_is_judged_by_content_label_and_names(file: Artifact, expected: tuple[str, str, str]) -> None:
    """All must agree to allow; any one is enough to forbid what is locked."""
    actual = outcome(file)

    assert expected == actual


def test_name_that_is_to_blame_is_named() -> None:
    """Of several names the one that a rule forbids; the first where the content is to blame."""
    assert worst(artifact(names=("a.jpg", "a.vbs"))).name == "a.vbs"
    assert worst(artifact(names=("a.jpg", "b.jpg"), detected=EXE)).name == "a.jpg"


def part(role: Role, declared: str, detected: str, name: str = "", size: int = 9) -> Artifact:
    return artifact(name, declared, detected, role=role, size=size)


ROLES = {
    "plain body": (part(Role.BODY, "text/plain", "text/plain"), ("allow", "", "body")),
    "html body": (part(Role.BODY, "text/html", "text/html"), ("allow", "", "body")),
    "empty body": (part(Role.BODY, "", "application/x-empty", size=0), ("allow", "", "body")),
    "body with pasted header": (part(Role.BODY, "text/plain", "message/rfc822"), ("allow", "", "body")),
    "body in unlisted text": (part(Role.BODY, "text/enriched", "text/enriched"), ("allow", "", "body")),
    "xml body": (part(Role.BODY, "text/plain", "text/xml"), ("allow", "", "body")),
    "program as body": (part(Role.BODY, "text/plain", EXE), DISGUISE),
    "script as body": (part(Role.BODY, "text/plain", "text/vbscript"), DISGUISE),
    "svg as body": (part(Role.BODY, "text/plain", "image/svg+xml"), NOT_ALLOWED),
    "rtf as body": (part(Role.BODY, "text/plain", "application/rtf"), NOT_ALLOWED),
    "noise as body": (part(Role.BODY, "text/plain", OCTETS), NOT_ALLOWED),
    "S/MIME signature": (
        part(Role.SIGNATURE, "application/pkcs7-signature", "application/pkcs7-signature", "smime.p7s"),
        ("allow", "", "signature"),
    ),
    "PGP signature": (
        part(Role.SIGNATURE, "application/pgp-signature", "application/pgp-signature", "OpenPGP_digital_signature"),
        ("allow", "", "signature"),
    ),
    "archive as signature": (part(Role.SIGNATURE, "application/pgp-signature", ZIP, "signature.asc"), NOT_ALLOWED),
    "delivery report": (part(Role.REPORT, "message/delivery-status", "text/plain"), ("allow", "", "report")),
    "returned header": (part(Role.REPORT, "text/rfc822-headers", "message/rfc822"), ("allow", "", "report")),
    "program as report": (part(Role.REPORT, "message/delivery-status", EXE), DISGUISE),
    "invitation": (part(Role.CALENDAR, "text/calendar", "text/calendar"), ("allow", "", "calendar")),
    "page as invitation": (part(Role.CALENDAR, "text/calendar", "text/html"), NOT_ALLOWED),
    "attached invitation": (part(Role.ATTACHMENT, "text/calendar", "text/calendar", "a.ics"), NOT_ALLOWED),
    "attached text": (part(Role.ATTACHMENT, "text/plain", "text/plain", "a.txt"), NOT_ALLOWED),
}


@pytest.mark.parametrize(("file", "expected"), ROLES.values(), ids=ROLES)
def test_part_of_the_message_itself_passes_if_it_is_what_it_is_for(
    file: Artifact, expected: tuple[str, str, str]
) -> None:
    """A file hiding in such a part is judged as that file."""
    actual = outcome(file)

    assert expected == actual


def test_container_and_members_are_judged_on_their_own() -> None:
    """An allowed archive does not carry in what is not allowed by itself."""
    by = policy(allow=("archives", "images"))
    box = artifact("a.zip", ZIP, ZIP, is_container=True)
    good, bad = artifact(where="2/a.jpg"), artifact("a.docm", "", "x/y", where="2/a.docm")

    assert decide(facts(box, good), by).action is Action.ALLOW
    assert [one.where for one in decide(facts(box, good, bad), by).deciding] == ["2/a.docm"]


def test_container_whose_members_nobody_listed_is_unreadable() -> None:
    """Even where nothing was found against it."""
    assert outcome(artifact("a.zip", ZIP, ZIP), by=policy(allow=("archives",))) == ("reject", "unreadable", "otherwise")


def test_what_nobody_saw_through_is_never_simply_allowed() -> None:
    """`otherwise: allow` covers unknown files, not unreadable, encrypted or disguised ones."""
    by = policy(otherwise=Action.ALLOW)
    kinds = (FindingKind.CONTAINER_UNREADABLE, FindingKind.CONTAINER_ENCRYPTED, FindingKind.POLYGLOT)

    actual = [outcome(artifact("a.zip", ZIP, ZIP), Finding(kind, "2"), by=by)[0] for kind in kinds]

    assert ["tag", "tag", "tag"] == actual
    assert outcome(artifact("a.html"), by=by) == ("tag", "disguised", "otherwise")
    assert outcome(artifact("a.zip", ZIP, ZIP), by=by) == ("allow", "", "otherwise")


def test_macros_pass_only_where_their_family_is_allowed() -> None:
    """office_macro is the word that lets macro code in."""
    macro = "application/vnd.ms-word.document.macroenabled.12"
    seen = (artifact("a.docm", macro, macro), Finding(FindingKind.MACRO_CODE, "2"))

    assert outcome(*seen, by=policy(allow=("office",))) == ("reject", "macros", "otherwise")
    assert outcome(*seen, by=policy(allow=("office_macro",))) == ALLOWED


def test_encrypted_file_passes_only_as_the_encrypted_family() -> None:
    """An encrypted archive is not an archive whose members are allowed."""
    message = artifact("smime.p7m", "application/pkcs7-mime", "application/pkcs7-mime", encrypted=True)
    box = artifact("a.zip", ZIP, ZIP, encrypted=True)
    locked = Finding(FindingKind.CONTAINER_ENCRYPTED, "2")
    by, expected = policy(allow=("archives", "encrypted")), ("reject", "encrypted", "otherwise")

    assert outcome(message, locked, by=by) == ALLOWED
    assert outcome(message) == expected
    assert outcome(box, by=by) == outcome(replace(box, encrypted=False), locked, by=by) == expected


def test_malware_anywhere_refuses_and_is_what_is_said() -> None:
    """In a file or in the raw message, before every other reason."""
    program = artifact("a.exe", "", EXE)
    inside = worst(program, scan(Outcome.INFECTED, signature="Eicar"))
    whole = worst(program, scan(), scan(Outcome.INFECTED, "message", "Phish"))

    assert (inside.reason, inside.rule, inside.found, inside.name) == ("malware", "malware", "Eicar", "a.exe")
    assert (whole.reason, whole.where) == ("malware", "message")


def test_malware_is_refused_without_any_rule() -> None:
    """An empty rule list opens nothing."""
    assert outcome(artifact(), scan(Outcome.INFECTED), by=policy(rules=())) == ("reject", "malware", "malware")


def test_one_doubtful_scanner_outweighs_a_clean_one() -> None:
    """Every answer but complete clean verdicts defers."""
    expected = ("defer", "scanner_down", "when_down")

    assert outcome(artifact(), scan(), scan(Outcome.UNKNOWN)) == expected
    assert outcome(artifact(), scan(where="message")) == expected
    assert outcome(artifact(), scan()) == ALLOWED


def test_limit_of_the_scanner_is_no_accusation_and_no_reason_to_wait() -> None:
    """A file that clamd will never scan whole is refused as too complex, under the limit's own name."""
    limit = "Heuristics.Limits.Exceeded.MaxFileSize"
    judged = worst(artifact(), scan(Outcome.OVER_LIMIT, signature=limit))

    assert (judged.action, judged.reason, judged.rule, judged.found) == (
        Action.REJECT,
        "too_complex",
        "unscannable",
        limit,
    )


def test_reason_that_comes_first_is_the_one_that_led_to_the_others() -> None:
    """What was not seen to its end cannot be called unreadable or of a type that is not allowed."""
    order = [SPECIFIC_FIRST.index(one) for one in ("executable", "too_complex", "malformed", "ambiguous_mime")]

    assert order == [1, 2, 3, 4]


def test_certain_refusal_outweighs_waiting() -> None:
    """Trying again does not help a program in."""
    assert outcome(artifact("a.exe", "", EXE), scan(Outcome.UNKNOWN)) == PROGRAM


def test_message_larger_than_the_recipient_takes_is_refused() -> None:
    """The policy's size, not the system's."""
    limit = policy().limits.size

    assert outcome(artifact(), size=limit) == ALLOWED
    assert outcome(artifact(), size=limit + 1) == ("reject", "too_big", "limits.size")


def test_message_without_any_file_passes() -> None:
    """An empty message has no body either."""
    assert Verdict(Action.ALLOW, (), "default", policy().version) == decide(facts(), policy())


def test_every_reason_has_its_reply() -> None:
    """Reasons of decisions and words of the catalogue are the same words."""
    assert set(SPECIFIC_FIRST) <= set(CAUSES)


@given(strategies.facts, strategies.policies(strategies.any_rules))
def test_decision_is_total_and_repeatable(seen: Facts, by: Policy) -> None:
    """Any facts get a verdict, the same each time; whoever is stopped hears a reason and a rule."""
    verdict = decide(seen, by)

    assert decide(seen, by) == verdict
    assert verdict.action == max((one.action for one in verdict.judgements), default=Action.ALLOW)
    assert all(bool(one.reason) == (one.action > Action.ALLOW) and one.rule for one in verdict.judgements)
    assert {one.where for one in seen.artifacts} <= {one.where for one in verdict.judgements}


@given(strategies.facts, strategies.policies(), strategies.findings)
def test_finding_never_softens(seen: Facts, by: Policy, finding: Finding) -> None:
    """To know one thing more about a message never lets more of it pass, where no rule names such a thing."""
    more = replace(seen, findings=(*seen.findings, finding))

    assert decide(more, by).action >= decide(seen, by).action


@given(strategies.facts, strategies.policies(), st.sampled_from([Outcome.INFECTED, Outcome.UNKNOWN]))
def test_bad_scan_never_softens(seen: Facts, by: Policy, said: Outcome) -> None:
    """Neither does a scanner that found something or said nothing."""
    more = replace(seen, scans=(*seen.scans, scan(said)))

    assert decide(more, by).action >= decide(seen, by).action
    assert said is not Outcome.INFECTED or decide(more, by).action is Action.REJECT


@given(strategies.facts, strategies.policies(), strategies.artifacts)
def test_file_never_softens(seen: Facts, by: Policy, file: Artifact) -> None:
    """One more file neither."""
    elsewhere = replace(file, where=f"9/{file.where}")
    more = replace(seen, artifacts=(*seen.artifacts, elsewhere))

    assert decide(more, by).action >= decide(seen, by).action
