"""SPF by pyspf over answers that are passed in."""

import pytest

from gateway.authn.answers import Answer, Answers, Found, Kind
from gateway.authn.spf import Pending, evaluate
from gateway.model.authentication import AuthResult, Spf
from tests.unit.authn.world import known, zone

ZONE = dict(zone()) | {
    (Kind.TXT, "mx.example.org"): ("v=spf1 a mx ?exists:%{i}._x.%{d} ptr ~all",),
    (Kind.A, "mx.example.org"): ("198.51.100.1",),
    (Kind.MX, "mx.example.org"): ("mail.example.org",),
    (Kind.A, "mail.example.org"): ("198.51.100.2",),
    (Kind.A, "198.51.100.3._x.mx.example.org"): ("127.0.0.2",),
    (Kind.A, "198.51.100.9._x.mx.example.org"): (),
    (Kind.PTR, "9.100.51.198.in-addr.arpa"): (),
    (Kind.TXT, "two.example"): ("v=spf1 -all", "v=spf1 +all"),
    (Kind.TXT, "silent.example"): None,
    (Kind.TXT, "loop.example"): ("v=spf1 include:loop.example -all",),
    (Kind.TXT, "void.example"): ("v=spf1 a:a.void.example a:b.void.example a:c.void.example -all",),
    (Kind.A, "a.void.example"): (),
    (Kind.A, "b.void.example"): (),
    (Kind.A, "c.void.example"): (),
    (Kind.TXT, "odd.example"): ("v=spf1 ip4:999.1.1.1 \u00ff %{bad -all",),
    (Kind.TXT, "exp.example"): ("v=spf1 -all exp=words.example",),
}


def _spf(ip: str, sender: str | None, helo: str = "mx.example.org") -> Spf:
    return evaluate(ip, helo, sender, Answers(known(ZONE)))


@pytest.mark.parametrize(
    ("ip", "sender", "expected"),
    [
        ("192.0.2.9", "bob@example.org", AuthResult.PASS),
        ("::ffff:192.0.2.9", "bob@example.org", AuthResult.PASS),
        ("198.51.100.9", "bob@example.org", AuthResult.FAIL),
        ("198.51.100.1", "bob@mx.example.org", AuthResult.PASS),
        ("198.51.100.2", "bob@mx.example.org", AuthResult.PASS),
        ("198.51.100.3", "bob@mx.example.org", AuthResult.NEUTRAL),
        ("198.51.100.9", "bob@mx.example.org", AuthResult.SOFTFAIL),
        ("192.0.2.9", "bob@two.example", AuthResult.PERMERROR),
        ("192.0.2.9", "bob@silent.example", AuthResult.TEMPERROR),
        ("192.0.2.9", "bob@loop.example", AuthResult.PERMERROR),
        ("192.0.2.9", "bob@void.example", AuthResult.PERMERROR),
        ("192.0.2.9", "bob@odd.example", AuthResult.PERMERROR),
        ("192.0.2.9", "bob@exp.example", AuthResult.FAIL),
        ("not an address", "bob@example.org", AuthResult.PERMERROR),
        ("192.0.2.9", "bob@-", AuthResult.NONE),
    ],
)
def test_results(ip: str, sender: str, expected: AuthResult) -> None:
    """Each result of RFC 7208 section 2.6, and its limits on lookups."""
    assert expected is _spf(ip, sender).result


def test_the_null_sender_is_asked_of_helo() -> None:
    """RFC 7208 section 2.4."""
    assert Spf(AuthResult.PASS, "mx.example.org", is_helo=True) == _spf("198.51.100.1", None)


def test_a_helo_that_is_no_domain_has_no_result() -> None:
    """An address literal, a bare word, nothing."""
    assert {AuthResult.NONE} == {_spf("192.0.2.1", None, helo).result for helo in ("[192.0.2.1]", "laptop", "")}


def test_what_is_missing_is_asked_for() -> None:
    """The record first, then what it includes."""
    answers = Answers()

    with pytest.raises(Pending):
        evaluate("192.0.2.1", "mx", "bob@example.org", answers)

    assert [(one.kind, one.name) for one in answers.missing] == [(Kind.TXT, "example.org")]


def test_details_cannot_leave_their_line() -> None:
    """What pyspf quotes of a stranger's record is escaped and short."""
    answers = Answers(known(zone({"example.org": ("v=spf1 \r\nX-Evil: 1" + "x" * 500,)})))
    found = evaluate("192.0.2.1", "mx", "bob@example.org", answers)

    assert found.result is AuthResult.PERMERROR
    assert found.detail.isprintable()
    assert found.detail.isascii()
    assert len(found.detail) <= 200


def test_trouble_is_not_nothing() -> None:
    """SERVFAIL is temporary."""
    assert Answer(Found.TROUBLE) != Answer(Found.NOTHING)
