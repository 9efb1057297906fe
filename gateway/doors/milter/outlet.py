"""The way out of the milter door: edits as actions of the MTA, which keeps the message and the responsibility.

What the MTA did not offer to do is not done, and what cannot be said in actions is put off (451), never left out.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

from gateway.doors.milter.changes import Changes, Inexpressible, changes, split
from gateway.doors.milter.transaction import Transaction
from gateway.mime.splice import pieces
from gateway.model.errors import Deferred
from gateway.model.limits import MIB, Deadline
from gateway.model.plan import Plan
from gateway.model.reply import UNFORESEEN, Reply
from gateway.model.span import Span
from gateway.ports.delivery import Delivery, Outgoing
from gateway.wire.milter_frames import MAX_DATA, Actions, replace_body
from gateway.wire.milter_session import MilterSession

KEPT = Reply(250, "0.0", ("accepted, the MTA keeps the message",))
NAME = "milter"
"""What stands in place of a next hop in log and record."""
_MOST_HEADER = 8 * MIB
"""Where the end of a new header is looked for."""


class Sink(Protocol):
    """The connection with the MTA."""

    async def send(self, frame: bytes, deadline: Deadline) -> None:
        """Send, and wait while the MTA does not read. Raises `Deferred` where it has gone or takes too long."""


class ActionsOutlet:
    """An Outlet for one message; the door says the verdict itself, after the path of the message has ended."""

    def __init__(self, wire: MilterSession, transaction: Transaction, sink: Sink) -> None:
        self.has_taken = False
        """Everything that is to be changed was said; only the verdict is missing."""
        self._wire = wire
        self._transaction = transaction
        self._sink = sink

    @property
    def may_hold(self) -> bool:
        """Tell whether the MTA has a quarantine."""
        return Actions.QUARANTINE in self._wire.actions

    async def deliver(self, outgoing: Outgoing, deadline: Deadline) -> Delivery:
        """Say what is to be changed."""
        header, body = self._new(outgoing)
        change = self._changes(header) if header is not None else Changes((), Actions(0))
        needs = change.needs | (Actions.CHANGE_BODY if body is not None else Actions(0))
        if lacking := needs & ~self._wire.actions:
            raise Deferred(UNFORESEEN.reply(), f"the MTA offers no {lacking!r}")
        for frame in change.frames:
            await self._sink.send(frame, deadline)
        if body is not None:
            for frame in _chunks(body):
                await self._sink.send(frame, deadline)
        self.has_taken = True
        return Delivery(KEPT, NAME, None)

    def _new(self, outgoing: Outgoing) -> tuple[bytes | None, Iterable[bytes] | None]:
        """Return the new header and the new body, each None where it stays."""
        now, plan, spool = self._transaction, outgoing.plan, outgoing.spool
        is_received = now.reception is not None and spool is now.reception.spool
        if is_received and not any(edit.data or len(edit.span) for edit in plan.edits):
            return None, None
        if is_received and all(edit.span.end <= now.head for edit in plan.edits):
            return b"".join(_spliced(outgoing, now.head, plan)), None
        stream = _spliced(outgoing, spool.size, plan)
        begin = b"\r\n"
        for piece in stream:
            begin += piece
            if (end := begin.find(b"\r\n\r\n")) >= 0:
                return begin[2 : end + 2], _joined(begin[end + 4 :], stream)
            if len(begin) > _MOST_HEADER:
                break
        raise Deferred(UNFORESEEN.reply(), "the new message has no end of its header")

    def _changes(self, header: bytes) -> Changes:
        now = self._transaction
        assert now.reception is not None  # noqa: S101 - there is a message
        held = b"".join(now.reception.spool.chunks(Span(0, now.head)))
        old = [(name, held[place.start : place.end]) for name, place in now.fields]
        try:
            return changes(old, split(header), has_space=self._wire.keeps_space)
        except Inexpressible as error:
            raise Deferred(UNFORESEEN.reply(), str(error)) from error


def _spliced(outgoing: Outgoing, size: int, plan: Plan) -> Iterator[bytes]:
    for piece in pieces(size, plan):
        if isinstance(piece, bytes):
            yield piece
        else:
            yield from outgoing.spool.chunks(piece)


def _joined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _chunks(body: Iterable[bytes]) -> Iterator[bytes]:
    """Cut a body into frames; an empty one is one empty frame."""
    is_empty = True
    for piece in body:
        for at in range(0, len(piece), MAX_DATA):
            is_empty = False
            yield replace_body(piece[at : at + MAX_DATA])
    if is_empty:
        yield replace_body(b"")
