"""What time and the world make of a policy."""

from gateway.policy.review import SOON, review
from gateway.policy.units import last_day
from tests.unit.policy.documents import TENANT, policies

NOW = last_day("2026-11-21")
PUBLIC = {"co.example", "example"}


def remarks(text: str, tenant: str = TENANT, now: float = NOW, **lists: str) -> tuple[list[str], list[str]]:
    found = policies(tenant + text, lists={f"{name}.txt": entries for name, entries in lists.items()})
    said = review(found, now, PUBLIC.__contains__)
    return [*map(str, said.mistakes)], [*map(str, said.warnings)]


def rule(domain: str, more: str = "") -> str:
    return (
        f"rules:\n  - {{id: x, when: {{sender: {{domain: {domain}, auth: dmarc}}}}, then: {{action: allow}}, "
        f"expires: 2027-03-31{more}}}\n"
    )


def test_end_of_an_exception_is_announced_and_then_a_mistake() -> None:
    """A month before, and from its day on."""
    text, end = rule("a.example"), last_day("2027-03-31")
    what = 'acme.yaml:5:5: the time of the rule "x", which then can never match, is over'

    assert remarks(text) == ([], [])
    assert remarks(text, now=end - SOON) == ([], [f"{what} on 2027-04-01"])
    assert remarks(text, now=end) == ([f"{what} since 2027-04-01"], [])


def test_old_list_is_a_mistake() -> None:
    """At the key that says how old it may be."""
    text = "lists: {a: {file: a.txt, kind: senders, max_age: 30d}}\n"

    assert remarks(text, a="# date: 2026-10-01\n")[0] == [
        'acme.yaml:4:12: the max_age of the list "a" is over since 2026-10-31'
    ]


def test_exception_for_everybody_needs_a_name() -> None:
    """Public suffixes and big providers; `override` says who answers for it."""
    assert remarks(rule('"*.co.example"'))[0] == [
        'acme.yaml:5:5: "*.co.example" covers a public suffix; name domains below it, or override: NAME'
    ]
    assert remarks(rule("gmail.com"))[0] == [
        'acme.yaml:5:5: "gmail.com" is a big mail provider; name addresses there, or override: NAME'
    ]
    assert remarks(rule("gmail.com", ", override: it@acme.example")) == ([], [])


def test_tenant_does_not_claim_a_public_suffix() -> None:
    """Mail for others would be taken."""
    wide = "tenant: acme\ndomains: ['*.co.example']\nnext_hop: smtp://a\n"

    assert remarks("", wide)[0] == [
        'acme.yaml:2:10: "*.co.example" covers a public suffix; name the domain below it, or override: NAME'
    ]
    assert remarks("override: it@acme.example\n", wide) == ([], [])
