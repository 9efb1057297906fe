"""All files to one set."""

import pytest

from gateway.policy.assemble import assemble
from gateway.policy.source import PolicyErrors, Problem, Sources
from tests.unit.policy.documents import DEFAULT, FAMILIES, TENANT, document


def sources(*tenants: str, default: str = DEFAULT, families: str = FAMILIES) -> Sources:
    stems = [text.partition("\n")[0].removeprefix("tenant: ") for text in tenants]
    return Sources(document(families, "families"), document(default, "default"), tuple(map(document, tenants, stems)))


def wrong(given: Sources, *known: Problem) -> list[str]:
    with pytest.raises(PolicyErrors) as caught:
        assemble(given, "v1", known)
    return [*map(str, caught.value.problems)]


def test_mail_finds_its_tenant() -> None:
    """Single addresses over domains, domains over wildcards, longer wildcards over shorter."""
    made = assemble(
        sources(
            TENANT,
            "tenant: sub\ndomains: ['*.acme.example']\nnext_hop: smtp://b\n",
            "tenant: deep\ndomains: ['*.eu.acme.example']\nrecipients: [Press@acme.example]\nnext_hop: [smtp://c, smtp://d]\n",
        ),
        "v1",
    )
    mail = ("x@ACME.example", "x@eu.acme.example", "x@de.eu.acme.example", "PRESS@acme.example", "x@other.example")

    actual = [found.name if (found := made.tenant_of(one)) else None for one in mail]

    assert actual == ["acme", "sub", "deep", "deep", None]
    assert str(made.tenants[2].route) == "smtp://c:25, smtp://d:25"
    assert made.default is not None
    assert made.default.name == "default"


def test_address_is_found_however_its_domain_is_written() -> None:
    """U-labels and A-labels name one domain (RFC 5890)."""
    made = assemble(sources("tenant: uni\nrecipients: [Press@bücher.example]\nnext_hop: smtp://b\n"), "v1")

    assert made.tenant_of("press@BÜCHER.example") is made.tenant_of("press@xn--bcher-kva.example") is made.tenants[0]
    assert made.tenant_of("other@bücher.example") is None


def test_locked_rules_are_tried_first() -> None:
    """Wherever they stand in the file; each knows its place."""
    rules = "rules:\n  - {id: late, when: {family: [pdf]}, then: {action: tag, reason: type_not_allowed}}\n"
    made = assemble(sources(TENANT, default=DEFAULT.replace("rules:\n", rules)), "v1")

    assert [(rule.id, rule.origin.line) for rule in made.tenants[0].policy.rules] == [
        ("malware", 4),
        ("programs", 8),
        ("late", 3),
    ]


def test_file_and_tenant_have_one_name() -> None:
    """And no tenant is called like what holds for all."""
    given = Sources(
        document(FAMILIES), document(DEFAULT), (document(TENANT, "acne"), document("tenant: default", "default"))
    )

    assert wrong(given) == [
        'acne.yaml:1:9: the tenant is called "acme" but its file acne.yaml; the two must agree',
        'default.yaml:1:1: the key "next_hop" is missing',
        'default.yaml:1:9: "default" names what holds for all; choose another name',
    ]


def test_mistakes_of_all_files_come_together_in_order() -> None:
    """Also those that were known before, and beside a file that has no shape."""
    known = Problem("a.yaml", 1, 1, "broken before")
    given = sources(
        TENANT.replace("next_hop", "nexthop") + "allow: [pdff]\n",
        "tenant: two\ndomains: [acme.example]\nnext_hop: smtp://b\n",
        default=DEFAULT.replace("allow: [images, pdf]", "allow: [executables]"),
        families=FAMILIES,
    )
    assert [line.partition(";")[0].partition(" (")[0] for line in wrong(given, known)] == [
        "a.yaml:1:1: broken before",
        'acme.yaml:1:1: the key "next_hop" is missing',
        'acme.yaml:3:1: unknown key "nexthop"',
        'acme.yaml:4:9: unknown family "pdff"',
        'default.yaml:11:9: "executables" cannot be allowed: the locked rule "programs"',
        'two.yaml:2:11: "acme.example" is already claimed in acme.yaml:2:11',
    ]


def test_broken_families_hide_nothing_else() -> None:
    """Words of families are not checked against a list that is not there."""
    assert wrong(sources(TENANT + "otherwise: x\n", families="families: {images: 3}\n")) == [
        'acme.yaml:4:12: unknown word "x"; allowed: allow, tag, host, strip, quarantine, defer, reject',
        "families.yaml:1:20: must be keys with values, not a number",
    ]
