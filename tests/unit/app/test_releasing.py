"""Who may have a held message, and why it stays; tests/e2e/test_quarantine.py shows the release itself."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest

from gateway.app.releasing import Order, Unreleasable, tenants_for
from gateway.model.policy import Action, Policy, Quarantining, Release
from gateway.model.policyset import PolicySet
from gateway.model.tenant import Hop, Route, Scheme, Tenant
from gateway.model.verdict import Judgement
from gateway.ports.quarantine import Addressee, Held, HeldState
from tests.unit.adapters.kept import CASE

BOB, CAROL, EVE = "bob@acme.example", "carol@acme.example", "eve@other.example"
HELD = Held(CASE, 10, "0" * 64, 1.0, HeldState.HELD, True, (Addressee(BOB, HeldState.HELD),))


def policies(release: Mapping[str, Release] = MappingProxyType({})) -> PolicySet:
    """Return two tenants."""
    policy = Policy("acme", "v1", "f", (), (), (), Action.QUARANTINE, quarantine=Quarantining(release=release))
    route = Route((Hop(Scheme.SMTP, "next"),))
    tenants = tuple(Tenant(name, (f"{name}.example",), (), policy, route) for name in ("acme", "other"))
    return PolicySet("v1", tenants, {}, {f"{one.name}.example": one for one in tenants})


def refusal(held: Held, order: Order, known: PolicySet) -> str:
    """Return why the message stays."""
    with pytest.raises(Unreleasable) as caught:
        tenants_for(held, order, known)
    return str(caught.value)


def test_message_goes_to_those_it_is_held_for() -> None:
    """Not to those who have it, nor to those of whom that is unknown."""
    three = tuple(
        Addressee(f"{number}@acme.example", state)
        for number, state in enumerate((HeldState.HELD, HeldState.RELEASED, HeldState.RELEASING))
    )
    held = replace(HELD, addressees=three)

    assert list(tenants_for(held, Order("ada", ""), policies())) == ["0@acme.example"]
    assert list(tenants_for(held, Order("ada", "", again=True), policies())) == ["0@acme.example", "2@acme.example"]


def test_another_recipient_of_the_tenant_may_have_it() -> None:
    """Named by the admin; nobody of another tenant, and nobody of none."""
    assert list(tenants_for(HELD, Order("ada", "", (CAROL,)), policies())) == [CAROL]
    for stranger in (EVE, "bob@nowhere.example", "no address", ""):
        assert "is no recipient of acme" in refusal(HELD, Order("ada", "", (BOB, stranger)), policies())


@pytest.mark.parametrize("reason", ["macros", "malware"])
def test_policy_says_never(reason: str) -> None:
    """For the reason of the message, or of any part of it; the policy of today counts."""
    case = replace(CASE, judgements=(*CASE.judgements, Judgement("2", Action.REJECT, "malware", "malware")))
    known = policies({reason: Release.NEVER, "other": Release.REQUEST})

    assert f"never releases {reason}" in refusal(replace(HELD, case=case), Order("ada", ""), known)


@pytest.mark.parametrize(
    "gone",
    [replace(HELD, addressees=()), replace(HELD, has_original=False, state=HeldState.EXPIRED)],
    ids=["to", "bytes"],
)
def test_nothing_to_release_is_told(gone: Held) -> None:
    """With the state of the message."""
    assert refusal(gone, Order("ada", ""), policies()) == f"nothing to release: it is {gone.state}"
