"""One message to several Groups: what each hears, or the one reply that is true for all of them.

Examined and scanned once, judged by each Group's own policy, and each leaves a record of its own. The table of what
one reply says is in docs/decisions/0014.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.model.errors import Refused
from gateway.model.limits import Deadline
from gateway.model.policy import Action
from gateway.model.reply import TAKEN, UNDELIVERED, Reply
from gateway.pipeline.job import Job
from gateway.pipeline.once import Once
from gateway.pipeline.passage import Passage
from gateway.pipeline.process import through
from gateway.pipeline.services import Services
from gateway.ports.delivery import Outlet

_KEEPING_SECONDS = 15.0
"""Of the deadline, left for the quarantine to take what the next hops do not."""

Share = tuple[Job, Outlet]
"""What concerns one Group: its part of the envelope, and its way out."""


async def process_each(shares: Sequence[Share], on: Services) -> Sequence[Reply]:
    """Take the message all the way for each Group; return the reply for each. Never raises."""
    once = Once(on)
    ways = [Passage(job, once.services, out) for job, out in shares]
    try:
        replies = await asyncio.gather(*map(through, ways))
    finally:
        once.close()
    for way, reply in zip(ways, replies, strict=True):
        on.log.write(way.record(reply))
    return replies


async def process_together(shares: Sequence[Share], on: Services) -> Reply:
    """Deliver to the Groups that may have the message, hold it for the others; return one reply. Never raises.

    Anything that is to be tried again is tried again for all, as long as no Group has the message or its place in the
    quarantine. After that whatever cannot be delivered is held.
    """
    once = Once(on)
    ways = [_Way(Passage(job, once.services, out)) for job, out in shares]
    try:
        reply = await _judged(ways) or await _kept(ways) or await _relayed(ways)
    finally:
        once.close()
        for way in ways:
            way.passage.drop()
            await way.passage.settle()
    for way in ways:
        on.log.write(way.passage.record(reply))
    return reply


@dataclass(slots=True)
class _Way:
    """What becomes of the message for one Group."""

    passage: Passage
    refusal: Reply | None = None
    """It may not have the message, or its next hop does not take it."""
    is_delivered: bool = False
    is_held: bool = False

    @property
    def is_settled(self) -> bool:
        """Tell whether the message must not come again."""
        return self.is_delivered or self.is_held

    async def hold(self, reason: str) -> None:
        """Put the message into the quarantine, because the Group cannot be told of its refusal."""
        await self.passage.hold(reason)
        self.is_held = True
        self.passage.error = "; ".join(filter(None, (self.passage.error, f"held, not refused: {self.refusal}")))


async def _judged(ways: Sequence[_Way]) -> Reply | None:
    """Judge and edit for each Group; return the reply for all where it is too early for one."""
    for way in ways:
        one = way.passage
        try:
            await one.judge()
            if one.verdict.action >= Action.DEFER:
                way.refusal = one.explained()
            elif not one.verdict.stops:
                await one.link()
                one.edit()
        except Refused as error:
            way.refusal = one.failed(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, it has a reply
            return one.failed(error)
    return next((way.refusal for way in ways if way.refusal and way.refusal.is_transient), None)


async def _kept(ways: Sequence[_Way]) -> Reply | None:
    """Keep what must be kept before anything is relayed; return the reply where nothing is to be relayed."""
    is_hopeless = all(way.refusal for way in ways)
    for way in ways:
        try:
            if way.refusal and not is_hopeless:
                await way.hold(_word(way.refusal))
            else:
                await way.passage.keep()
                way.is_held = way.passage.verdict.action is Action.QUARANTINE
        except Exception as error:  # noqa: BLE001
            return way.passage.failed(error)
    if is_hopeless:
        return ways[0].refusal
    return _taken(ways) if all(way.is_held for way in ways) else None


async def _relayed(ways: Sequence[_Way]) -> Reply:
    """Relay to one Group after the other; hold what a next hop does not take, once any Group is settled."""
    is_settled = any(way.is_settled for way in ways)
    for way in ways:
        if way.is_settled:
            continue
        reply = await _sent(way.passage)
        way.is_delivered = reply.is_positive
        is_settled |= reply.is_positive
        if not reply.is_positive:
            way.refusal = reply
            if reply.is_transient and not is_settled:
                return reply
    if not is_settled:  # so each of them refused for good
        return next(way.refusal for way in ways if way.refusal)
    for way in ways:
        if not way.is_settled:
            try:
                await way.hold(UNDELIVERED.word)
            except Exception as error:  # noqa: BLE001
                return _repeated(ways, way.passage.failed(error))
    return _taken(ways)


async def _sent(one: Passage) -> Reply:
    """Relay, in time for the quarantine to take what the next hop does not; return the reply."""
    left = one.job.deadline.remaining(time.monotonic())
    try:
        return await one.relay(Deadline(one.job.deadline.at - min(_KEEPING_SECONDS, left / 4)))
    except Exception as error:  # noqa: BLE001
        return one.failed(error)


def _repeated(ways: Sequence[_Way], reply: Reply) -> Reply:
    """Note who gets the message a second time, because it must come again for another."""
    for way in ways:
        if way.is_delivered:
            way.passage.unknown, way.passage.error = True, "delivered, and comes again for another Group"
    return reply


def _taken(ways: Sequence[_Way]) -> Reply:
    """Return the reply that is true for all and tells nobody about another."""
    return TAKEN.reply(f"id={ways[0].passage.job.id}")


def _word(refusal: Reply) -> str:
    return refusal.lines[0].partition(":")[0]
