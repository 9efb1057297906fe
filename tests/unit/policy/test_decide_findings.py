"""What becomes of findings, and of messages that readers see differently."""

import pytest

from gateway.model.artifact import Artifact, Role
from gateway.model.finding import Finding, FindingKind, Gravity
from gateway.model.policy import Action, Ambiguous
from gateway.policy.decide import decide
from tests.unit.policy.samples import artifact, facts, outcome, policy

FINDINGS = {
    FindingKind.NUL_IN_HEADER: ("reject", "malformed", "malformed"),
    FindingKind.CONFLICTING_FIELD: ("reject", "ambiguous_mime", "ambiguous_mime"),
    FindingKind.TOO_DEEP: ("reject", "too_complex", "over_limit"),
    FindingKind.CONTAINER_UNREADABLE: ("reject", "unreadable", "otherwise"),
    FindingKind.PARTIAL_MESSAGE: ("reject", "unreadable", "otherwise"),
    FindingKind.CONTAINER_ENCRYPTED: ("reject", "encrypted", "otherwise"),
    FindingKind.MACRO_CODE: ("reject", "macros", "otherwise"),
    FindingKind.ACTIVE_CONTENT: ("reject", "active_content", "otherwise"),
    FindingKind.POLYGLOT: ("reject", "disguised", "otherwise"),
    FindingKind.BODY_IS_NOT_TEXT: ("reject", "disguised", "otherwise"),
    FindingKind.SCANNER_SILENT: ("defer", "scanner_down", "when_down"),
    FindingKind.EXAMINER_FAILED: ("defer", "internal", "examiner"),
    FindingKind.EXAMINER_TIMEOUT: ("defer", "deadline", "examiner"),
}


@pytest.mark.parametrize(("kind", "expected"), FINDINGS.items(), ids=FINDINGS)
def test_finding_about_an_allowed_file_decides(kind: FindingKind, expected: tuple[str, str, str]) -> None:
    """Its gravity says which word of the policy."""
    actual = outcome(artifact(), Finding(kind, "2"))

    assert expected == actual


def test_harmless_finding_changes_nothing() -> None:
    """Odd mail that every reader sees the same is delivered."""
    harmless = [Finding(kind, "1") for kind in FindingKind if kind.gravity is Gravity.HARMLESS]

    assert decide(facts(artifact()), policy()) == decide(facts(artifact(), *harmless), policy())


def test_policy_chooses_what_findings_lead_to() -> None:
    """Each word of the file has its effect."""
    by = policy(
        otherwise=Action.TAG,
        ambiguous_mime=Ambiguous.REBUILD,
        over_limit=Action.TAG,
        when_down=Action.TAG,
        allow=(),
    )
    kinds = (FindingKind.BAD_CONTENT_TYPE, FindingKind.TOO_DEEP, FindingKind.POLYGLOT, FindingKind.SCANNER_SILENT)

    actual = [outcome(Finding(kind, "2"), by=by)[0] for kind in kinds]

    assert ["rebuild", "tag", "tag", "tag"] == actual


AMBIGUOUS = Finding(FindingKind.CONFLICTING_FIELD, "2")
MISSING = Finding(FindingKind.TOO_MANY_PARTS, "1")
SIGNED = artifact("a.asc", "application/pgp-signature", "application/pgp-signature", role=Role.SIGNATURE, where="3")


def test_ambiguous_message_is_held_where_the_policy_says_so() -> None:
    """As it came."""
    assert outcome(artifact(), AMBIGUOUS, by=policy(ambiguous_mime=Ambiguous.QUARANTINE))[0] == "quarantine"


def test_ambiguous_message_of_good_parts_is_rebuilt() -> None:
    """Where the policy says so, and only in place of a refusal."""
    verdict = decide(facts(artifact(), AMBIGUOUS), policy(ambiguous_mime=Ambiguous.REBUILD))

    assert (verdict.action, verdict.stops) == (Action.REBUILD, False)


def test_part_of_a_rebuilt_message_may_have_to_go_all_the_same() -> None:
    """That its place is ambiguous hides nothing that is to be taken out there."""
    unknown = artifact("a.xyz", "application/x-xyz", "application/x-xyz")
    by = policy(ambiguous_mime=Ambiguous.REBUILD, otherwise=Action.STRIP)
    verdict = decide(facts(unknown, Finding(FindingKind.ENCODING_AMBIGUOUS, "2")), by)

    assert [(one.where, one.action) for one in verdict.judgements] == [("2", Action.REBUILD), ("2", Action.STRIP)]


@pytest.mark.parametrize(
    "bad",
    [
        artifact("setup.exe", "application/x-dosexec", "application/x-dosexec", where="0~boundary:b/1"),
        MISSING,
        SIGNED,
        Finding(FindingKind.NUL_IN_HEADER, "1"),
    ],
    ids=["forbidden in another reading", "not all was seen", "signed", "malformed"],
)
def test_nothing_is_rebuilt_that_must_not_leave(bad: Artifact | Finding) -> None:
    """Each part of each reading must pass, and all of it must be there."""
    by = policy(ambiguous_mime=Ambiguous.REBUILD, over_limit=Action.TAG)

    assert decide(facts(artifact(), AMBIGUOUS, bad), by).action is Action.REJECT
