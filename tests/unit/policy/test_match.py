"""Which rule covers a file."""

from dataclasses import replace

from gateway.model.policy import Action, Rule, When
from gateway.policy.agree import read
from gateway.policy.match import first_rule, malware_rule
from tests.unit.policy.samples import EXE, IMAGES, MALWARE_RULE, PROGRAM_RULE, PROGRAMS, artifact

FAMILIES = {"images": IMAGES, "executables": PROGRAMS}
RULES = (MALWARE_RULE, PROGRAM_RULE)


def test_first_rule_that_covers_a_file_decides() -> None:
    """Order counts, not severity."""
    file = read(artifact("a.exe", "", EXE))
    tag = replace(PROGRAM_RULE, id="mild", action=Action.TAG)

    assert first_rule((tag, PROGRAM_RULE), FAMILIES, file, infected=False) is tag


def test_rule_for_infected_files_covers_only_those() -> None:
    """The same clean file is covered by nothing."""
    file = read(artifact())

    assert first_rule(RULES, FAMILIES, file, infected=True) is MALWARE_RULE
    assert first_rule(RULES, FAMILIES, file, infected=False) is None


def test_conditions_of_a_rule_hold_together() -> None:
    """A family and an infection: both."""
    rule = Rule("both", When(frozenset({"executables"}), infected=True), Action.REJECT, "malware")
    program, image = read(artifact("a.exe", "", EXE)), read(artifact())

    actual = [
        first_rule((rule,), FAMILIES, one, infected=ill)
        for one, ill in ((program, True), (program, False), (image, True))
    ]

    assert [rule, None, None] == actual


def test_rule_that_allows_covers_only_files_that_agree() -> None:
    """To allow by any reading would be a way in for every disguise."""
    rule = Rule("pictures", When(frozenset({"images"})), Action.ALLOW, "")

    assert first_rule((rule,), FAMILIES, read(artifact()), infected=False) is rule
    assert first_rule((rule,), FAMILIES, read(artifact(detected=EXE)), infected=False) is None


def test_malware_rule_is_the_one_without_a_family() -> None:
    """An infection of the raw message belongs to no family."""
    narrow = Rule("narrow", When(frozenset({"images"}), infected=True), Action.REJECT, "malware")

    assert malware_rule((narrow, MALWARE_RULE)) is MALWARE_RULE
