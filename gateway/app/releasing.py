"""Releasing a held message: looked at once more, handed to the tenant's next hop as it came, written down.

Nobody is given a message twice by accident: recipients are claimed before the next hop hears of them, and one whose
outcome is unknown stays "releasing" until an admin decides. What scanners find today counts, not what they found
when the message came.
"""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gateway.adapters.passes import ReleasePasses
from gateway.app import wiring
from gateway.app.escape import visible
from gateway.app.settings import Settings
from gateway.doors.smtp.outlet import HeldOutlet
from gateway.model.envelope import Envelope, Recipient
from gateway.model.errors import Deferred, UnknownOutcome
from gateway.model.limits import Deadline
from gateway.model.plan import Edit, Plan
from gateway.model.policy import Release
from gateway.model.policyset import PolicySet
from gateway.model.scan import Outcome, ScanResult
from gateway.model.span import Span
from gateway.model.tenant import Tenant
from gateway.pipeline.scan import scan_all
from gateway.ports.delivery import NextHop, Outgoing
from gateway.ports.quarantine import Addressee, Held, HeldState, QuarantineDesk
from gateway.ports.spool import Spool

_MALWARE = "malware"
_FOLD = 72
"""Characters of a pass on a line."""


class Unreleasable(Exception):
    """The message stays where it is; the words say why."""


@dataclass(frozen=True, slots=True)
class Order:
    """Who wants what released, and why."""

    who: str
    why: str
    to: tuple[str, ...] = ()
    """Recipients; empty for all that the message is held for."""
    again: bool = False
    """Also to those whose earlier release has an unknown outcome: they may get it twice."""
    with_pass: bool = False
    """The next hop leads back through Postern: put a pass on top, so that the message is not caught again."""


def tenants_for(held: Held, order: Order, policies: PolicySet) -> dict[str, Tenant]:
    """Return the tenant of each recipient of the order. Raises Unreleasable where one may not have the message."""
    wanted = {HeldState.HELD, HeldState.RELEASING} if order.again else {HeldState.HELD}
    addresses = order.to or tuple(one.address for one in held.addressees if one.state in wanted)
    if not addresses or not held.has_original:
        raise Unreleasable(f"nothing to release: it is {held.state}")
    found: dict[str, Tenant] = {}
    for address in addresses:
        tenant = policies.tenant_of(address)
        if tenant is None or tenant.name not in held.case.tenants:
            raise Unreleasable(f"{address} is no recipient of {', '.join(held.case.tenants)}")
        for reason in sorted({held.case.reason, *(one.reason for one in held.case.judgements)}):
            if tenant.policy.quarantine.release.get(reason) is Release.NEVER:
                raise Unreleasable(f"the policy of {tenant.name} never releases {reason}")
        found[address] = tenant
    return found


class Releasing:
    """Releases one message after the other; needs an event loop and a nursery that was forked before it."""

    def __init__(self, settings: Settings, policies: PolicySet, young: wiring.Nursery, folder: Path) -> None:
        self._settings = settings
        self._policies = policies
        self._young = young
        self._spools = wiring.spools(folder)

    async def release(self, desk: QuarantineDesk, held: Held, order: Order) -> Sequence[Addressee]:
        """Return what became of each recipient. Raises Unreleasable, and then nothing was sent."""
        tenants = tenants_for(held, order, self._policies)
        spool = self._load(desk, held)
        try:
            for tenant in {one.name: one for one in tenants.values()}.values():
                _check(await self._scan(spool, tenant), tenant)
            claimed = desk.claim(held.case.id, tuple(tenants), order.who, order.why, again=order.again)
            if not claimed:
                raise Unreleasable("somebody else has released it, or it was dropped")
            hops = wiring.next_hops(self._settings)
            try:
                plan = self._pass(held, claimed) if order.with_pass else Plan()
                outcomes = [await self._deliver(hops, held, spool, one, (tenants[one], plan)) for one in claimed]
            finally:
                await hops.close()
            desk.settle(held.case.id, outcomes, order.who)
            return outcomes
        finally:
            spool.close()

    def _load(self, desk: QuarantineDesk, held: Held) -> Spool:
        spool, digest = self._spools(), hashlib.sha256()
        for chunk in desk.original(held):
            digest.update(chunk)
            spool.write(chunk)
        if digest.hexdigest() != held.sha256:
            spool.close()
            raise Unreleasable("the stored bytes are not those that were kept")
        return spool

    async def _scan(self, spool: Spool, tenant: Tenant) -> Sequence[ScanResult]:
        limits, settings = tenant.policy.limits, self._settings
        examiner = wiring.examiner(self._young, self._spools, 1)
        clamav = wiring.scanner(settings, self._spools)
        try:
            await examiner.start()
            inspection = await examiner.examine(spool, limits, _until(limits.seconds))
            try:
                scanning = _until(settings.limits.deadline)
                return await scan_all(inspection, spool, (clamav,), settings.clamav.raw_up_to, scanning)
            finally:
                inspection.scratch.close()
        finally:
            await examiner.close()
            clamav.close()

    def _pass(self, held: Held, recipients: Sequence[str]) -> Plan:
        written = ReleasePasses(self._settings.store.keys).write(held.sha256, recipients)
        folded = "\r\n ".join(written[at : at + _FOLD] for at in range(0, len(written), _FOLD))
        return Plan((Edit(Span(0, 0), f"X-Postern-Release: {folded}\r\n".encode()),))

    async def _deliver(
        self, hops: NextHop, held: Held, spool: Spool, address: str, way: tuple[Tenant, Plan]
    ) -> Addressee:
        """Give the message to one recipient's next hop; a transaction each, so that each reply is true."""
        deadline = _until(self._settings.limits.deadline)
        envelope, (tenant, plan) = _envelope(held, address), way
        try:
            conversation = await hops.open(tenant.route, deadline)
            try:
                reply = await conversation.mail(envelope.sender, envelope, spool.size, deadline)
                if reply.is_positive:
                    reply = await conversation.rcpt(envelope.recipients[0], deadline)
                if reply.is_positive:
                    outgoing = Outgoing(envelope, spool, plan, held.case.eight_bit)
                    reply = (await HeldOutlet(conversation, held.case.id).deliver(outgoing, deadline)).reply
            finally:
                await conversation.release()
        except UnknownOutcome as error:
            return Addressee(address, HeldState.RELEASING, visible(error.reason))
        except Deferred as error:
            return Addressee(address, HeldState.HELD, visible(error.reason))
        return Addressee(address, HeldState.RELEASED if reply.is_positive else HeldState.HELD, visible(str(reply)))


def _check(scans: Sequence[ScanResult], tenant: Tenant) -> None:
    """Raise where today's signatures know better, or where nobody could look."""
    infected = [one.signature for one in scans if one.outcome is Outcome.INFECTED]
    if infected and tenant.policy.quarantine.release.get(_MALWARE) is not Release.REQUEST:
        raise Unreleasable(f"malware was found in it: {', '.join(sorted(set(infected)))}")
    unknown = [one for one in scans if one.outcome not in {Outcome.CLEAN, Outcome.INFECTED, Outcome.OVER_LIMIT}]
    if unknown or not scans:
        raise Unreleasable("the virus scanner does not answer; try again later")


def _envelope(held: Held, address: str) -> Envelope:
    kept = held.case.envelope
    recipient = next((one for one in kept.recipients if one.address == address), Recipient(address))
    return replace(kept, recipients=(recipient,))


def _until(seconds: float) -> Deadline:
    return Deadline(time.monotonic() + seconds)
