"""DMARC."""

import pytest

from gateway.authn.answers import Answers, Kind
from gateway.authn.dmarc import evaluate, find, organisational
from gateway.model.authentication import AuthResult, Dkim, Dmarc, Spf
from tests.unit.authn.world import known, zone

NO_SPF = Spf(AuthResult.FAIL, "example.org")


def _dmarc(author: str, *records: str, spf: Spf = NO_SPF, dkim: tuple[Dkim, ...] = ()) -> Dmarc:
    published = dict(zone({"_dmarc.example.org": records}))
    published |= {(Kind.TXT, f"_dmarc.{author}"): published.get((Kind.TXT, f"_dmarc.{author}"), ())}
    return evaluate(author, find(author, Answers(known(published))), spf, dkim)


def _signed(domain: str, result: AuthResult = AuthResult.PASS, *, is_weak: bool = False) -> tuple[Dkim, ...]:
    return (Dkim(result, domain, "sel", is_weak=is_weak),)


def test_organisations_follow_the_public_suffix_list() -> None:
    """One label below a public suffix."""
    assert ["example.co.uk", "example.org", "co.uk"] == [
        organisational(one) for one in ("a.b.example.co.uk", "example.org", "co.uk")
    ]


@pytest.mark.parametrize(
    ("record", "dkim", "spf", "expected"),
    [
        ("v=DMARC1; p=reject", "example.org", "", AuthResult.PASS),
        ("v=DMARC1; p=reject", "mail.example.org", "", AuthResult.PASS),
        ("v=DMARC1; p=reject; adkim=s", "mail.example.org", "", AuthResult.FAIL),
        ("v=DMARC1; p=reject", "evil.example", "", AuthResult.FAIL),
        ("v=DMARC1; p=reject", "", "bounce.example.org", AuthResult.PASS),
        ("v=DMARC1; p=reject; aspf=s", "", "bounce.example.org", AuthResult.FAIL),
        ("v=DMARC1; p=reject", "", "evil.example", AuthResult.FAIL),
        ("v=DMARC1; p=reject", "org", "org", AuthResult.FAIL),
    ],
)
def test_alignment(record: str, dkim: str, spf: str, expected: AuthResult) -> None:
    """Relaxed by organisation, strict by name (section 3.1)."""
    found = _dmarc("example.org", record, spf=Spf(AuthResult.PASS, spf), dkim=_signed(dkim) if dkim else ())

    assert expected is found.result


def test_a_weak_signature_vouches_for_nothing() -> None:
    """Though it passed."""
    assert (
        _dmarc("example.org", "v=DMARC1; p=none", dkim=_signed("example.org", is_weak=True)).result is AuthResult.FAIL
    )


def test_a_subdomain_has_the_policy_that_its_organisation_names_for_it() -> None:
    """sp=, else p= (section 6.3)."""
    assert _dmarc("a.example.org", "v=DMARC1; p=reject; sp=quarantine; pct=30") == Dmarc(
        AuthResult.FAIL, "a.example.org", "quarantine", 30
    )
    assert _dmarc("a.example.org", "v=DMARC1; p=reject").policy == "reject"


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ((), AuthResult.NONE),
        (("v=spf1 -all", "v=DMARC10; p=none"), AuthResult.NONE),
        (("v=DMARC1; p=none", "v=DMARC1; p=reject"), AuthResult.NONE),
        (("v=DMARC1; p=none; p=reject",), AuthResult.PERMERROR),
        (("v=DMARC1; p=\u00ff",), AuthResult.PERMERROR),
    ],
)
def test_records_that_do_not_count(records: tuple[str, ...], expected: AuthResult) -> None:
    """None, several, or one that cannot be read."""
    assert expected is _dmarc("example.org", *records, dkim=_signed("example.org")).result


def test_odd_values_are_taken_mildly() -> None:
    """An unknown policy is none, a pct= that is no number is all."""
    assert Dmarc(AuthResult.FAIL, "example.org", "none", 100) == _dmarc("example.org", "v=DMARC1; p=kill; pct=many")


def test_trouble_makes_the_result_temporary() -> None:
    """Of the record, or of the one signature that could have passed."""
    record = "v=DMARC1; p=reject"
    silent = find("example.org", Answers(known(zone({"_dmarc.example.org": None}))))

    assert evaluate("example.org", silent, NO_SPF, ()).result is AuthResult.TEMPERROR
    assert (
        _dmarc("example.org", record, dkim=_signed("example.org", AuthResult.TEMPERROR)).result is AuthResult.TEMPERROR
    )
    assert _dmarc("example.org", record, dkim=_signed("evil.example", AuthResult.TEMPERROR)).result is AuthResult.FAIL
