"""Which recipients go together: by Group, and by how many a conversation takes.

One reply after the message must be true for all whom it answers. So recipients of another Group wait for another
transaction (452 4.5.3), unless each has a reply of its own (LMTP, PRDR), or the policies of all say that a message
is held for those who may not have it (`mixed_recipients: hold`).
"""

from gateway.doors.admission import join, tenant_of
from gateway.doors.ids import new_id
from gateway.doors.smtp.transaction import Leg, Transaction
from gateway.model.errors import Deferred
from gateway.model.policy import MixedRecipients
from gateway.model.reply import OTHER_POLICY, TOO_MANY_RECIPIENTS
from gateway.model.tenant import Group, Tenant


def place(now: Transaction, address: str, most: int) -> tuple[Leg, Group]:
    """Return the leg for one more recipient, and its Group with that; there are at most `most` legs.

    Raises `Refused` for an address that no tenant has, `Deferred` for one that needs another transaction.
    """
    tenant = tenant_of(address, now.policies)
    if not now.accepted:
        return _spare(now, join(None, tenant))
    taken = now.taken
    is_full = False
    for leg in taken:
        if leg.group.may_join(tenant):
            if not _is_full(leg):
                return leg, join(leg.group, tenant)
            is_full = True
    if is_full and (len(taken) >= most or not now.answers_each):
        raise Deferred(TOO_MANY_RECIPIENTS.reply(), "the next hop takes one recipient at a time")
    if len(taken) >= most or not (now.answers_each or _all_hold(taken, tenant)):
        raise Deferred(OTHER_POLICY.reply(), f"tenant {tenant.name} has another policy or route")
    return _spare(now, join(None, tenant))


def _is_full(leg: Leg) -> bool:
    return leg.conversation is not None and leg.conversation.features.one_recipient


def _all_hold(taken: list[Leg], tenant: Tenant) -> bool:
    policies = (tenant.policy, *(leg.group.policy for leg in taken))
    return all(policy.mixed_recipients is MixedRecipients.HOLD for policy in policies)


def _spare(now: Transaction, group: Group) -> tuple[Leg, Group]:
    """Return the leg that waits for its first recipient, or a new one."""
    for leg in now.legs:
        if not leg.recipients:
            return leg, group
    now.legs.append(Leg(new_id() if now.legs else now.id, group))
    return now.legs[-1], group
