"""Who sent it, as far as somebody vouches for it, and for whom it is."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.model.authentication import Arc, Authentication, AuthResult, Dkim, Dmarc, Spf
from gateway.model.conditions import Method, Who
from gateway.model.envelope import Recipient, Sender
from gateway.model.facts import Facts
from gateway.policy.senders import is_sender, results, rules_over_recipients
from tests.unit.policy.samples import facts

PASS, FAIL, NONE = AuthResult.PASS, AuthResult.FAIL, AuthResult.NONE
FOUND = Authentication(
    Spf(PASS, "bounce.b.example"),
    (Dkim(FAIL, "fake.example", "s"), Dkim(PASS, "mail.b.example", "s"), Dkim(PASS, "weak.example", "s", is_weak=True)),
    Dmarc(PASS, "b.example"),
    Arc(PASS, 1, "list.example"),
)


def mail(address: str | None = "a@b.example", found: Authentication | None = FOUND, **changes: Any) -> Facts:
    made = facts()
    return replace(made, envelope=replace(made.envelope, sender=Sender(address)), authentication=found, **changes)


def who(*domains: str, auth: tuple[Method, ...] = (), **changes: Any) -> Who:
    return Who(frozenset(domains), auth=frozenset(auth), **changes)


@pytest.mark.parametrize(
    ("method", "domain"),
    [
        (Method.SPF, "bounce.b.example"),
        (Method.DKIM, "mail.b.example"),
        (Method.DMARC, "b.example"),
        (Method.ARC, "list.example"),
    ],
)
def test_method_vouches_for_its_own_domain_only(method: Method, domain: str) -> None:
    """And for nothing where nobody looked."""
    for one in ("bounce.b.example", "mail.b.example", "b.example", "list.example"):
        assert is_sender(who(one, auth=(method,)), mail(), passes=True) is (one == domain)
    assert not is_sender(who(domain, auth=(method,)), mail(found=None), passes=True)


def test_what_proves_nothing_is_nobody() -> None:
    """Failed and weak signatures, the greeting's SPF, and results other than pass."""
    poor = replace(FOUND, spf=Spf(PASS, "b.example", is_helo=True), dmarc=Dmarc(FAIL, "b.example"))
    every = tuple(Method)

    assert not is_sender(who("fake.example", "weak.example", auth=every), mail(found=poor), passes=True)
    assert not is_sender(who("b.example", auth=(Method.SPF, Method.DMARC)), mail(found=poor), passes=True)
    assert not is_sender(who(is_anyone=True, auth=(Method.DMARC,)), mail(found=poor), passes=True)
    assert is_sender(who(is_anyone=True, auth=(Method.DMARC,)), mail(), passes=True)


def test_envelope_address_is_enough_to_forbid() -> None:
    """Anyone may write it, so that it opens nothing; the linter sees to that."""
    assert is_sender(who("B.example".lower()), mail("x@B.EXAMPLE", None), passes=False)
    assert is_sender(who("*.b.example"), mail("x@sub.b.example", None), passes=False)
    assert not is_sender(who("*.b.example"), mail("x@b.example", None), passes=False)
    assert not is_sender(who("b.example"), mail(None, None), passes=False)


def test_address_counts_where_its_domain_is_proven() -> None:
    """The domain of another mail address proves nothing about this one."""
    asked = Who(addresses=frozenset({"boss@b.example"}), auth=frozenset({Method.DMARC}))

    assert is_sender(asked, mail("BOSS@b.example"), passes=True)
    assert not is_sender(asked, mail("boss@b.example", replace(FOUND, dmarc=Dmarc(PASS, "evil.example"))), passes=True)
    assert not is_sender(asked, mail("clerk@b.example"), passes=True)


def test_empty_list_names_nobody() -> None:
    """Not everybody."""
    assert not is_sender(who(auth=(Method.DMARC,)), mail(), passes=True)


def test_old_list_opens_nothing_but_still_forbids() -> None:
    """From the day on which it is older than its max_age."""
    old = who("b.example", auth=(Method.DMARC,), stale_at=mail().received_at)

    assert not is_sender(old, mail(), passes=True)
    assert is_sender(old, mail(), passes=False)
    assert not rules_over_recipients(who("d.example", stale_at=0.0), mail(), passes=True)


def test_to_let_pass_all_recipients_are_meant_to_forbid_any() -> None:
    """There is one answer for all of them."""
    made = mail()
    two = replace(made.envelope, recipients=(Recipient("c@d.example"), Recipient("x@other.example")))
    mixed = replace(made, envelope=two)
    asked = Who(frozenset({"d.example"}), frozenset({"c@d.example"}))

    assert rules_over_recipients(asked, made, passes=True)
    assert not rules_over_recipients(asked, mixed, passes=True)
    assert rules_over_recipients(asked, mixed, passes=False)
    assert not rules_over_recipients(asked, replace(made, envelope=replace(two, recipients=())), passes=True)


def test_results_are_those_of_each_method() -> None:
    """Of all signatures; a weak pass is not called one."""
    assert results(Method.DKIM, FOUND) == {FAIL, PASS, AuthResult.POLICY}
    assert results(Method.DKIM, replace(FOUND, dkim=())) == {NONE}
    assert [results(one, FOUND) for one in (Method.SPF, Method.DMARC, Method.ARC)] == [{PASS}] * 3
    assert results(Method.SPF, None) == frozenset()
