"""Which recipients go together; what clients hear of it is in tests/dialogues/server."""

import pytest

from gateway.doors.smtp.legs import place
from gateway.doors.smtp.parameters import Mail
from gateway.doors.smtp.transaction import Leg, Transaction
from gateway.model.envelope import Peer, Recipient, Sender
from gateway.model.errors import Deferred, Refused
from tests.unit.doors.smtp.standins import policies


def transaction(*, answers_each: bool = False) -> Transaction:
    """Return one that has begun."""
    return Transaction(
        "ID1", Peer("192.0.2.1", 25), Mail(Sender(None), None, "7BIT", smtputf8=False), policies(), answers_each
    )


def add(now: Transaction, address: str, most: int = 3) -> Leg:
    """Place a recipient, and have it accepted."""
    leg, group = place(now, address, most)
    leg.group = group
    leg.recipients.append(Recipient(address))
    now.accepted.append(leg)
    return leg


def test_same_policy_and_route_go_together() -> None:
    """Whatever the tenant; both names are known."""
    now = transaction()
    first, second = add(now, "bob@acme.example"), add(now, "ann@beta.example")

    assert (first is second, first.id, first.group.tenants) == (True, "ID1", ("acme", "beta"))


def test_other_group_waits_where_one_reply_is_for_all() -> None:
    """452 4.5.3, unless all policies hold."""
    now = transaction()
    add(now, "bob@holding.example")

    with pytest.raises(Deferred, match="another policy"):
        place(now, "eve@other.example", 3)
    assert add(now, "eve@tight.example") is not now.legs[0]


def test_holding_group_waits_beside_one_that_splits() -> None:
    """The order of recipients makes no difference."""
    now = transaction()
    add(now, "eve@other.example")

    with pytest.raises(Deferred, match="another policy"):
        place(now, "bob@holding.example", 3)


def test_each_group_is_a_leg_where_each_recipient_has_a_reply() -> None:
    """Their ids tell nothing of each other."""
    now = transaction(answers_each=True)
    legs = [add(now, address) for address in ("a@acme.example", "b@other.example", "c@acme.example", "d@away.example")]

    assert [now.legs.index(leg) for leg in legs] == [0, 1, 0, 2]
    assert len({leg.id for leg in now.legs}) == 3


def test_legs_are_bounded() -> None:
    """Each holds a conversation."""
    now = transaction(answers_each=True)
    add(now, "a@acme.example", 1)

    with pytest.raises(Deferred):
        place(now, "b@other.example", 1)


def test_leg_without_recipients_is_taken_over() -> None:
    """Nobody was promised anything there."""
    now = transaction()
    refused, _ = place(now, "bob@acme.example", 3)
    taken = add(now, "eve@away.example")

    assert (taken is refused, now.legs) == (True, [taken])


def test_address_of_no_tenant_is_refused() -> None:
    """550 5.7.1."""
    with pytest.raises(Refused):
        place(transaction(), "x@elsewhere.example", 3)
