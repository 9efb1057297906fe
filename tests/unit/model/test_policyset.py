"""Whose recipient an address is."""

import pytest

from gateway.model.policy import Action, Policy
from gateway.model.policyset import PolicySet, a_label
from gateway.model.tenant import Route, Tenant

POLICY = Policy("x", "v1", "f", families=(), rules=(), allow=(), otherwise=Action.REJECT)


def tenant(name: str) -> Tenant:
    """Make a tenant that is only a name."""
    return Tenant(name, (), (), POLICY, Route(()))


SET = PolicySet(
    version="v1",
    tenants=(),
    by_recipient={"press@acme.example": tenant("press")},
    by_domain={
        "acme.example": tenant("acme"),
        "*.acme.example": tenant("below acme"),
        "*.eu.acme.example": tenant("below eu"),
        "xn--bcher-kva.example": tenant("books"),
    },
)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("bob@acme.example", "acme"),
        ("bob@ACME.Example", "acme"),
        ("Press@acme.example", "press"),
        ("bob@mail.acme.example", "below acme"),
        ("bob@a.b.acme.example", "below acme"),
        ("bob@x.eu.acme.example", "below eu"),
        ("bob@eu.acme.example", "below acme"),
        ("bob@b\u00fccher.example", "books"),
        ('"a@b"@acme.example', "acme"),
    ],
)
def test_most_specific_entry_wins(address: str, expected: str) -> None:
    """Single addresses win over domains, domains over wildcards, longer wildcards over shorter."""
    found = SET.tenant_of(address)

    assert found
    assert expected == found.name


@pytest.mark.parametrize(
    "address",
    ["bob@other.example", "bob@notacme.example", "bob@acme.example.evil.example", "bob", "bob@", "@", ""],
)
def test_everything_else_is_nobodys(address: str) -> None:
    """Never an open relay, by no spelling."""
    assert SET.tenant_of(address) is None


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("ACME.example", "acme.example"),
        ("B\u00fccher.example", "xn--bcher-kva.example"),
        ("\u00fc" * 80, "\u00fc" * 80),
    ],
)
def test_domains_are_compared_as_a_labels(domain: str, expected: str) -> None:
    """RFC 5890; what is no domain name stays, and matches nothing."""
    assert expected == a_label(domain)
