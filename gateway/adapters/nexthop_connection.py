"""One connection to a next hop: the asyncio edge of `wire.smtp_client`.

It moves bytes, keeps time and turns every trouble into `Deferred`; what the hop says it returns as it is.
A connection that met any trouble is cut off and never used again. All waiting is bounded by the job's deadline.
"""

import asyncio
import ssl
import time
from collections.abc import Iterable, Sequence
from typing import cast

from gateway.adapters.nexthop_counters import HopCounters
from gateway.model.envelope import Envelope, Recipient, Sender
from gateway.model.errors import Deferred, UnknownOutcome
from gateway.model.limits import Deadline
from gateway.model.reply import Reply
from gateway.model.tenant import Hop
from gateway.wire.smtp_client import Answered, Event, Greeted, Rejected, SmtpClient, TlsAgreed
from gateway.wire.smtp_replies import BadReply

COMMAND_SECONDS = 30.0
"""For the greeting, each command, and each pause of a hop that stops reading."""


class Connection(asyncio.Protocol):
    """A connection with its conversation; `closed` is done when the socket is."""

    def __init__(self, hop: Hop, client: SmtpClient, counters: HopCounters) -> None:
        self.hop = hop
        self.client = client
        self.transactions = 0
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._counters = counters
        self._transport: asyncio.Transport | None = None
        self._is_lost = False
        self._is_paused = False
        self._waiter: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Take bytes from the hop."""
        self.client.receive(data)
        self._wake()

    def eof_received(self) -> None:
        """Take the hop's end of sending as the end: what is still to be said would go unanswered."""
        self._is_lost = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """End; why it ended changes nothing."""
        del exc
        self._is_lost = True
        self._wake()
        if not self.closed.done():
            self.closed.set_result(None)

    def pause_writing(self) -> None:
        """Hold the next piece back."""
        self._is_paused = True

    def resume_writing(self) -> None:
        """Let the next piece go."""
        self._is_paused = False
        self._wake()

    @property
    def is_usable(self) -> bool:
        """Tell whether a command may be sent."""
        return not self._is_lost and self.client.is_in_step

    async def greet(self, context: ssl.SSLContext, deadline: Deadline) -> None:
        """Go through greeting, EHLO and STARTTLS."""
        while True:
            match await self._event(deadline.sooner(COMMAND_SECONDS, time.monotonic())):
                case Greeted():
                    self._counters.opened += 1
                    return
                case TlsAgreed():
                    await self._start_tls(context, deadline)
                    self.client.tls_started()
                case Rejected(verb, reply):
                    raise self._failed("rejected", f"{verb}: {reply}")
                case Answered(verb, reply):
                    raise self._failed("junk", f"{verb}: {reply}")

    async def mail(self, sender: Sender, envelope: Envelope, size: int | None, deadline: Deadline) -> Reply:
        """Send MAIL. Raises `BadPath`."""
        self._check()
        self.client.mail(sender, envelope, size)
        self.transactions += 1
        return await self._command(deadline)

    async def rcpt(self, recipient: Recipient, deadline: Deadline) -> Reply:
        """Send RCPT. Raises `BadPath`."""
        self._check()
        self.client.rcpt(recipient)
        return await self._command(deadline)

    async def again(
        self,
        mail: tuple[Sender, Envelope, int | None],
        recipients: Sequence[Recipient],
        deadline: Deadline,
    ) -> list[Reply]:
        """Send MAIL and every RCPT in one go; return all their replies."""
        self._check()
        self.client.mail(*mail)
        self.transactions += 1
        for recipient in recipients:
            self.client.rcpt(recipient)
        return [await self._command(deadline) for _ in range(1 + len(recipients))]

    async def data(self, deadline: Deadline) -> Reply:
        """Send DATA."""
        self._check()
        self.client.data()
        return await self._command(deadline)

    async def message(self, chunks: Iterable[bytes], deadline: Deadline) -> Reply:
        """Send the message and the final dot after DATA got its 3xx; return the last reply.

        The last piece goes with the dot in one segment. A refusal that comes early ends the sending.
        """
        piece = b""
        for chunk in chunks:
            following = self.client.body(chunk)
            if piece:
                if refusal := await self._room(deadline):
                    return refusal
                self._write(piece)
            piece = following
        if refusal := await self._room(deadline):
            return refusal
        self._write(piece + self.client.end())
        try:
            return await self._last_reply(deadline)
        except Deferred as error:
            self._counters.failures["unknown_outcome"] += 1
            raise UnknownOutcome(error.reply, f"after the final dot: {error.reason}") from error

    async def reset(self, deadline: Deadline) -> Reply:
        """Send RSET."""
        self._check()
        self.client.rset()
        return await self._command(deadline)

    def close(self) -> None:
        """Say QUIT where that is possible, and close; nobody waits for the answer."""
        if self.is_usable:
            self.client.quit()
            self._write(self.client.take())
        if self._transport:
            self._transport.close()
        self._is_lost = True

    def abort(self) -> None:
        """Cut the connection off; what was not sent yet never will be."""
        if self._transport:
            self._transport.abort()
        self._is_lost = True

    def _check(self) -> None:
        if not self.is_usable:
            raise self._failed("closed", "while nothing was asked")

    async def _start_tls(self, context: ssl.SSLContext, deadline: Deadline) -> None:
        loop = asyncio.get_running_loop()
        assert self._transport  # noqa: S101 - the greeting came through it
        try:
            async with asyncio.timeout(min(COMMAND_SECONDS, deadline.remaining(time.monotonic()))):
                plain = self._transport
                self._transport = await loop.start_tls(plain, self, context, server_hostname=self.hop.host)
        except (OSError, ValueError) as error:  # ssl.SSLError and TimeoutError are OSErrors
            raise self._failed("tls", repr(error)) from error
        if self._transport is None:
            raise self._failed("tls", "closed during the handshake")

    async def _last_reply(self, deadline: Deadline) -> Reply:
        """Return the answer to the message; of several (LMTP) one that is no 2xx, if any."""
        replies = [await self._answer(deadline)]
        while self.client.has_transaction:
            replies.append(await self._answer(deadline))
        return next((reply for reply in replies if not reply.is_positive), replies[0])

    async def _command(self, deadline: Deadline) -> Reply:
        return await self._answer(deadline.sooner(COMMAND_SECONDS, time.monotonic()))

    async def _answer(self, until: Deadline) -> Reply:
        event = await self._event(until)
        if not isinstance(event, Answered):
            raise self._failed("junk", f"unexpected {event}")
        return event.reply

    async def _event(self, until: Deadline) -> Event:
        while True:
            event = self._next_event()
            self._write(self.client.take())
            if event:
                return event
            if self._is_lost:
                raise self._failed("closed", "no answer")
            await self._something(until)

    async def _room(self, deadline: Deadline) -> Reply | None:
        """Wait until the next piece may be sent; return the refusal that came meanwhile, if one did."""
        await asyncio.sleep(0)  # lets the loop read: a refusal that waits must be seen before writing fails
        until = deadline.sooner(COMMAND_SECONDS, time.monotonic())
        while (event := self._next_event()) is None:
            if self._is_lost:
                raise self._failed("closed", "during the message")
            if not self._is_paused and deadline.remaining(time.monotonic()):
                return None
            await self._something(until)
        return event.reply if isinstance(event, Answered) else None

    def _next_event(self) -> Event | None:
        try:
            return self.client.next_event()
        except BadReply as error:
            raise self._failed("junk", error) from error

    async def _something(self, until: Deadline) -> None:
        """Wait until bytes came, the way is free again, the connection is lost, or time is up (an error, next time)."""
        left = until.remaining(time.monotonic())
        if not left:
            raise self._failed("timeout", "does not read on" if self._is_paused else "no answer")
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        timer = loop.call_later(left, self._wake)
        try:
            await self._waiter
        finally:
            timer.cancel()
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    def _write(self, data: bytes) -> None:
        if data and self._transport:
            self._transport.write(data)

    def _failed(self, kind: str, detail: object) -> Deferred:
        self.abort()
        return self._counters.failed(kind, self.hop, detail)
