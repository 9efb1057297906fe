"""Mistakes that only several places together show."""

from gateway.policy.lint import lint_claims
from tests.unit.policy.documents import LONG, PARTNERS, document, policies, problems_of


def starts(text: str, **given: dict[str, str]) -> list[str]:
    """The problems up to the list of allowed words."""
    return [one.partition("allowed:")[0].rstrip("; ") for one in problems_of(text, **given)]


def test_long_form_of_the_contract_has_no_mistakes() -> None:
    """Every section in one file."""
    assert [one.name for one in policies(LONG, lists={"lists/partners.txt": PARTNERS}).tenants] == ["acme"]


def test_allowed_family_must_exist() -> None:
    """With the likely one."""
    assert starts("allow: [images, imges]\n") == ['acme.yaml:4:17: unknown family "imges"; did you mean "images"?']


def test_what_a_locked_rule_rejects_cannot_be_allowed() -> None:
    """The rule and its place are named."""
    assert problems_of("allow: [scripts]\n") == [
        'acme.yaml:4:9: "scripts" cannot be allowed: the locked rule "executables" (default.yaml:9:5) has reject for it'
    ]


def test_own_family_cannot_take_from_a_locked_one() -> None:
    """Neither its name nor a word of it."""
    nothing = "{label: x, ext: [], detected: [], declared: []}"
    borrowed = "{label: x, ext: [xyz, exe], detected: [], declared: []}"

    assert problems_of(f"families: {{scripts: {nothing}, mine: {borrowed}}}\n") == [
        'acme.yaml:4:12: "scripts" is what the locked rule "executables" refuses; choose another name',
        'acme.yaml:4:70: "exe" is of "executables", which the locked rule "executables" refuses',
    ]


def test_own_family_may_be_allowed_and_may_stand_for_a_shipped_one() -> None:
    """For this tenant."""
    own = "{label: Plans, ext: [plan], detected: [image/vnd.dwg], declared: []}"

    assert problems_of(f"families: {{plans: {own}, cad: {own}}}\nallow: [plans, cad]\n") == []


def test_keys_that_stand_for_families_and_reasons_exist() -> None:
    """Where the shape takes any name."""
    text = "scanning: {when_down: {imges: allow}}\nquarantine: {release: {malwear: self}}\n"

    assert starts(text) == [
        'acme.yaml:4:24: unknown key "imges"; did you mean "images"?',
        'acme.yaml:5:24: unknown reason "malwear"; did you mean "malware"?',
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
