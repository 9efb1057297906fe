"""Who may share a transaction."""

from dataclasses import replace

from gateway.model.policy import Action, Policy
from gateway.model.tenant import Group, Hop, Route, Scheme, Tenant

POLICY = Policy("one", "v1", "same", families=(), rules=(), allow=(), otherwise=Action.REJECT)
ROUTE = Route((Hop(Scheme.SMTP, "mx.example", 25),))
TENANT = Tenant("one", ("example.test",), (), POLICY, ROUTE)
GROUP = Group(("one",), POLICY, ROUTE)


def test_same_policy_and_route_share_a_transaction() -> None:
    """Another name or version of the policy does not matter when nothing can change a verdict."""
    other = replace(TENANT, name="two", policy=replace(POLICY, name="two", version="v2"))

    assert GROUP.may_join(other)


def test_other_policy_waits() -> None:
    """Another fingerprint may give another verdict."""
    assert not GROUP.may_join(replace(TENANT, policy=replace(POLICY, fingerprint="other")))


def test_other_route_waits() -> None:
    """One transaction goes one way."""
    assert not GROUP.may_join(replace(TENANT, route=Route((Hop(Scheme.SMTP, "mx2.example", 25),))))


def test_hop_is_shown_as_the_policy_file_writes_it() -> None:
    """Log and policy file have one form for each."""
    hops = (Hop(Scheme.SMTP, "mx.example", 25), Hop(Scheme.LMTP, "::1", 24), Hop(Scheme.MAILDIR, path="mail/x"))

    assert list(map(str, hops)) == ["smtp://mx.example:25", "lmtp://::1:24", "maildir:mail/x"]
    assert str(Route(hops[:2])) == "smtp://mx.example:25, lmtp://::1:24"
