"""The way out of the SMTP door: the conversation with the next hop that was held while the client talked to us.

What the hop did not offer to take is refused here, never sent regardless and never repaired.
"""

from collections.abc import Iterator

from gateway.doors.ids import with_id
from gateway.doors.smtp.answers import passed_on
from gateway.mime.splice import pieces
from gateway.model.errors import Deferred
from gateway.model.limits import KIB, Deadline
from gateway.model.reply import EIGHT_BIT_NEEDED, TOO_BIG_SYSTEM, Reply
from gateway.model.span import Span
from gateway.ports.delivery import Conversation, Delivery, HopFeatures, Outgoing, Stretch
from gateway.ports.spool import Spool

_LONG = 512 * KIB
"""Bytes from which on a part is worth a way of its own."""
_EDGE = 4 * KIB
"""Bytes before and behind a stretch, which what lies around it may touch."""


class HeldOutlet:
    """An Outlet for one message."""

    def __init__(self, conversation: Conversation, message_id: str) -> None:
        self.sending_to = ""
        """The hop that may have the message from now on."""
        self._conversation = conversation
        self._id = message_id

    async def deliver(self, outgoing: Outgoing, deadline: Deadline) -> Delivery:
        """Hand the message over, or refuse on the hop's behalf."""
        hop = self._conversation.features
        if refusal := _refusal(outgoing, hop):
            return Delivery(with_id(refusal, self._id), hop.name, None)
        self.sending_to = hop.name
        try:
            reply = await self._conversation.message(_chunks(outgoing), deadline)
        except Deferred as error:
            error.next_hop = self._conversation.features.name  # another one, where it was replaced
            raise
        return Delivery(passed_on(reply, self._id), hop.name, reply)


def _refusal(outgoing: Outgoing, hop: HopFeatures) -> Reply | None:
    if outgoing.eight_bit and not hop.body8bit:
        return EIGHT_BIT_NEEDED.reply()
    size = outgoing.spool.size + outgoing.plan.growth
    if hop.size is not None and size > hop.size:
        return TOO_BIG_SYSTEM.reply()
    return None


def _chunks(outgoing: Outgoing) -> Iterator[bytes | Stretch]:
    for piece in pieces(outgoing.spool.size, outgoing.plan):
        if isinstance(piece, bytes):
            yield piece
        else:
            yield from _copied(outgoing.spool, piece)


def _copied(spool: Spool, span: Span) -> Iterator[bytes | Stretch]:
    if len(span) < _LONG or not spool.is_dotless:
        yield from spool.chunks(span)
        return
    inner = Span(span.start + _EDGE, span.end - _EDGE)
    yield from spool.chunks(Span(span.start, inner.start))
    yield Stretch(spool, inner)
    yield from spool.chunks(Span(inner.end, span.end))
