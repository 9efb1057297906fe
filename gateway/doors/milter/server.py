"""One connection of an MTA: what it says goes through the session, a complete message through the pipeline.

Every command that wants an answer gets exactly one. What breaks the protocol, and whatever is unforeseen, ends the
connection: the MTA then puts the message off (milter_default_action), and nothing unfiltered passes. While a message is
judged, signs of life keep the MTA waiting; an MTA that goes away meanwhile abandons the message.
"""

import asyncio
import socket
import time
from collections import deque
from typing import cast

import structlog

from gateway.doors.ids import with_id
from gateway.doors.milter.judging import Judging
from gateway.doors.milter.outlet import ActionsOutlet
from gateway.doors.milter.session import Session, Shared
from gateway.model.errors import Deferred, GatewayError
from gateway.model.limits import MIB, Deadline
from gateway.model.reply import DEADLINE, UNFORESEEN, Reply
from gateway.wire import milter_events as events
from gateway.wire.milter_events import BadMilter, Event
from gateway.wire.milter_frames import ACCEPT, CONTINUE, SKIP, BadFrame, Frame, FrameReader, reply_code
from gateway.wire.milter_session import MilterSession

log = structlog.get_logger()

_MOST_AHEAD = 2 * MIB
"""Octets that may come while a message is judged; MTAs wait for the verdict."""


class Connection(asyncio.Protocol):
    """A guest of the admission book."""

    address = ""
    """An MTA that the admin named has no limit of its own: behind it are all of its clients."""

    def __init__(self, shared: Shared) -> None:
        self.work: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._shared = shared
        self._wire = MilterSession()
        self._session = Session(shared, self._wire)
        self._reader = FrameReader()
        self._frames = deque[Frame]()
        self._ahead = 0
        self._heard = time.monotonic()
        self._judging: Judging | None = None
        self._tcp: socket.socket | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._cut: asyncio.TimerHandle | None = None
        self._is_over = False
        self._may_write = asyncio.Event()
        self._may_write.set()

    @property
    def has_transaction(self) -> bool:
        """Tell whether a message is under way."""
        return self._session.transaction is not None

    @property
    def idle_since(self) -> float | None:
        """Since when the MTA says nothing between two messages."""
        return None if self.has_transaction else self._heard

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, where there is room."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by descent
        sock = transport.get_extra_info("socket")
        if sock.family != socket.AF_UNIX:
            self._tcp = sock
        if turned_away := self._shared.admission.enter(self, time.monotonic()):
            self._end(f"turned away: {turned_away}")
            return
        self._watch = asyncio.get_running_loop().call_later(self._shared.settings.idle_seconds, self._look)

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002
        """Abandon what was under way; the MTA still has it."""
        self._is_over = True
        self._may_write.set()
        self._shared.admission.leave(self)
        self._reset("the MTA has gone")
        for timer in filter(None, (self._watch, self._cut)):
            timer.cancel()
        if not self.work.done():
            self.work.set_result(None)

    def hang_up(self, reply: Reply) -> None:
        """Close; the MTA puts off what it has under way (`reply` cannot be said out of turn)."""
        self._end(str(reply))

    def data_received(self, data: bytes) -> None:
        """Take what came, as far as it is its turn."""
        if self._tcp:  # the kernel would wait up to 40 ms with its acknowledgement, and the MTA with its next frame
            self._tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        self._heard = time.monotonic()
        self._ahead += len(data)
        try:
            self._frames.extend(self._reader.feed(data))
        except BadFrame as error:
            self._work_off()  # what came before it
            self._end(str(error))
        else:
            self._work_off()

    def pause_writing(self) -> None:
        """Wait for the MTA to read."""
        self._may_write.clear()

    def resume_writing(self) -> None:
        """Go on."""
        self._may_write.set()

    async def send(self, frame: bytes, deadline: Deadline) -> None:
        """Send a part of the verdict. Raises `Deferred` where the MTA has gone or takes too long to read."""
        try:
            async with asyncio.timeout(deadline.remaining(time.monotonic())):
                await self._may_write.wait()
        except TimeoutError as error:
            raise Deferred(DEADLINE.reply(), "the MTA does not read") from error
        if self._is_over:
            raise Deferred(UNFORESEEN.reply(), "the MTA has gone")
        self._transport.write(frame)

    def _work_off(self) -> None:
        """Do what has come, up to a message that must be judged first."""
        try:
            while self._frames and not self._judging and not self._is_over:
                event = self._wire.take(self._frames.popleft())
                if answer := self._answer(event):
                    self._say(answer)
        except BadMilter as error:
            self._end(str(error))
        except Exception:
            log.exception("unforeseen", door="milter")
            self._end("unforeseen")
        if not self._judging:
            self._ahead = 0
        elif self._ahead > _MOST_AHEAD:
            self._end("talks on while a message is judged")

    def _answer(self, event: Event) -> bytes:
        """Do what an event asks for and return the answer, if one is wanted now."""
        try:
            answer = self._obey(event)
        except GatewayError as error:
            answer = self._refused(error)
            if isinstance(event, events.SenderGiven):
                self._wire.end_message()
            elif isinstance(event, events.MessageEnded):
                self._session.reset()
        return answer if self._wire.wants_answer(event) else b""

    def _obey(self, event: Event) -> bytes:
        match event:
            case events.MessageEnded():
                self._session.take(event)
                return self._judge()
            case events.Negotiated():
                self._transport.write(self._wire.options())
            case events.Aborted():
                self._reset("the MTA gave it up")
            case events.ClientLeft():
                self._reset("the client has gone")
                if self._shared.admission.is_draining:
                    self._end("")
            case events.Closed():
                self._end("")
            case _:
                self._session.take(event)
        is_enough = isinstance(event, events.BodyGiven) and self._session.wants_no_more
        return SKIP if is_enough and self._wire.may_skip else CONTINUE

    def _judge(self) -> bytes:
        """Begin to judge the message that is complete; return the answer only where there is nothing to judge."""
        job = self._session.job()
        transaction = self._session.transaction
        if job is None or transaction is None or transaction.reception is None:
            self._session.reset()
            return ACCEPT
        outlet = ActionsOutlet(self._wire, transaction, self)
        self._judging = Judging(job, transaction.reception, outlet, self._shared, self._say, self._done)
        return b""

    def _say(self, frame: bytes) -> None:
        if not self._is_over:
            self._transport.write(frame)

    def _done(self, verdict: bytes) -> None:
        """Say the verdict, and go on with what came meanwhile."""
        self._say(verdict)
        self._reset("")
        self._work_off()

    def _refused(self, error: GatewayError) -> bytes:
        now = self._session.transaction
        reply = with_id(error.reply, now.id) if now else error.reply
        log.info("refused", client=self._session.client, reply=str(reply), reason=error.reason)
        return reply_code(reply)

    def _reset(self, reason: str) -> None:
        """Forget the message; one that is still looked at keeps its spool until that has ended."""
        judging, self._judging = self._judging, None
        now = self._session.transaction
        if judging:
            judging.abandon(reason)
            if not judging.task.done() and now and now.reception:
                now.reception.close_after(judging.task)
                now.reception = None
        self._session.reset()

    def _look(self) -> None:
        """End a connection that has been silent for too long."""
        limit = self._shared.settings.idle_seconds
        left = self._heard + limit - time.monotonic()
        if left <= 0 and not self._judging:
            self._end("silent for too long")
        else:
            self._watch = asyncio.get_running_loop().call_later(max(left, 1.0), self._look)

    def _end(self, reason: str) -> None:
        """Close what was not closed; a reason is worth a line in the log."""
        if not self._is_over:
            self._is_over = True
            if reason:
                log.warning("milter_connection_ended", reason=reason)
            self._transport.close()
            loop, patience = asyncio.get_running_loop(), self._shared.settings.last_word_seconds
            self._cut = loop.call_later(patience, self._transport.abort)  # where it does not read our last words
