"""One connection to a next hop: `wire.smtp_client` over a stream, within time.

It turns every trouble into `Deferred`; what the hop says it returns as it is. A connection that met any trouble
is cut off and never used again. All waiting is bounded by the job's deadline.
"""

import asyncio
import ssl
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress

from gateway.adapters.nexthop_counters import HopCounters
from gateway.adapters.nexthop_stream import Stream
from gateway.model.envelope import Envelope, Recipient, Sender
from gateway.model.errors import Deferred, UnknownOutcome
from gateway.model.limits import KIB, Deadline
from gateway.model.reply import Reply
from gateway.model.span import Span
from gateway.model.tenant import Hop
from gateway.ports.delivery import Stretch
from gateway.wire.smtp_client import Answered, Event, Greeted, Rejected, SmtpClient, TlsAgreed
from gateway.wire.smtp_commands import BadPath
from gateway.wire.smtp_replies import BadReply

COMMAND_SECONDS = 30.0
"""For the greeting, each command, and each pause of a hop that stops reading."""
CLOSING = 421
"""The hop ends the connection with this reply (RFC 5321 section 3.8)."""
PIECE = 64 * KIB
"""Bytes that are worth a system call."""
BULK = 256 * KIB
"""Bytes of a file that are sent in one go."""


class Connection:
    """A connection with its conversation."""

    def __init__(self, hop: Hop, client: SmtpClient, counters: HopCounters) -> None:
        self.hop = hop
        self.client = client
        self.stream = Stream(client.receive)
        self.transactions = 0
        """How often MAIL was sent."""
        self._asked: Recipient | None = None
        """Whose RCPT went out with MAIL; its reply is still to be read."""
        self._counters = counters

    @property
    def is_usable(self) -> bool:
        """Tell whether a command may be sent."""
        return not self.stream.is_lost and self.client.is_in_step

    async def greet(self, context: ssl.SSLContext, deadline: Deadline) -> None:
        """Go through greeting, EHLO and STARTTLS."""
        while True:
            match await self._event(_sooner(deadline)):
                case Greeted():
                    self._counters.opened += 1
                    return
                case TlsAgreed():
                    await self._start_tls(context, deadline)
                case Rejected(verb, reply) | Answered(verb, reply):
                    raise self._failed("rejected", f"{verb}: {reply}")

    async def mail(
        self,
        sender: Sender,
        envelope: Envelope,
        size: int | None,
        deadline: Deadline,
        first: Recipient | None = None,
    ) -> Reply:
        """Send MAIL, and RCPT for `first` behind it where the hop takes groups. Raises `BadPath` for the sender."""
        self._check()
        self.client.mail(sender, envelope, size)
        self.transactions += 1
        self._asked = None
        if first and self.client.extensions.pipelining:
            with suppress(BadPath):  # `rcpt` will say so
                self.client.rcpt(first)
                self._asked = first
        reply = await self._answer(_sooner(deadline))
        if self._asked and not reply.is_positive and reply.code != CLOSING:
            self._asked = None
            with suppress(Deferred):  # the refusal stands, and a connection that met trouble is cut off
                await self._answer(_sooner(deadline))
        return reply

    async def rcpt(self, recipient: Recipient, deadline: Deadline) -> Reply:
        """Send RCPT, if it was not sent with MAIL. Raises `BadPath`."""
        if self._asked is not recipient:
            self._check()
            self.client.rcpt(recipient)
        self._asked = None
        return await self._answer(_sooner(deadline))

    async def again(
        self, mail: tuple[Sender, Envelope, int | None], recipients: Sequence[Recipient], deadline: Deadline
    ) -> list[Reply]:
        """Send MAIL and every RCPT in one go; return all their replies."""
        self._check()
        self.client.mail(*mail)
        self.transactions += 1
        for recipient in recipients:
            self.client.rcpt(recipient)
        return [await self._answer(_sooner(deadline)) for _ in range(1 + len(recipients))]

    async def data(self, deadline: Deadline) -> Reply:
        """Send DATA."""
        self._check()
        self.client.data()
        return await self._answer(_sooner(deadline))

    async def message(self, chunks: Iterable[bytes | Stretch], deadline: Deadline) -> Reply:
        """Send the message and the final dot after DATA got its 3xx; return the last reply.

        A refusal that comes early ends the sending, without a dot.
        """
        try:
            if refusal := await self._send(chunks, deadline):
                return refusal
            return await self._last_reply(deadline)
        finally:
            self.stream.forget_last_words()

    async def reset(self, deadline: Deadline) -> Reply:
        """Send RSET."""
        self._check()
        self.client.rset()
        return await self._answer(_sooner(deadline))

    def close(self) -> None:
        """Say QUIT where that is possible, and close; nobody waits for the answer."""
        if self.is_usable:
            self.client.quit()
            self.stream.write(self.client.take())
        self.stream.close()

    def abort(self) -> None:
        """Cut the connection off; what was not sent yet never will be."""
        self.stream.abort()

    def _check(self) -> None:
        if not self.is_usable:
            raise self._failed("closed", "while nothing was asked")

    async def _start_tls(self, context: ssl.SSLContext, deadline: Deadline) -> None:
        try:
            async with asyncio.timeout(_sooner(deadline).remaining(time.monotonic())):
                await self.stream.start_tls(context, self.hop.host)
        except (OSError, ValueError) as error:  # ssl.SSLError and TimeoutError are OSErrors
            raise self._failed("tls", repr(error)) from error
        self.client.tls_started()

    async def _send(self, chunks: Iterable[bytes | Stretch], deadline: Deadline) -> Reply | None:
        """Send all and the dot, the last bytes and the dot in one; return the refusal that came before, if any."""
        held: list[bytes] = []
        size = 0
        for chunk in chunks:
            if size >= PIECE or isinstance(chunk, Stretch):
                if refusal := await self._room(deadline):
                    return refusal
                self.stream.keep_last_words()
                self.stream.write(b"".join(held))
                held, size = [], 0
                await asyncio.sleep(0)  # lets the loop read a refusal before it meets the reset that may follow
            if isinstance(chunk, Stretch):
                if refusal := await self._send_stretch(chunk, deadline):
                    return refusal
            else:
                held.append(self.client.body(chunk))
                size += len(chunk)
        if refusal := await self._room(deadline):
            return refusal
        self.stream.write(b"".join([*held, self.client.end()]))
        return None

    async def _send_stretch(self, stretch: Stretch, deadline: Deadline) -> Reply | None:
        """Send a part without looking at it, from file to socket; what that does not take goes as everything else."""
        self.client.pass_by()
        at, end = stretch.span.start, stretch.span.end
        while at < end:
            if refusal := await self._room(deadline):
                return refusal
            upto = min(at + BULK, end)
            at += self.stream.send_file(stretch.spool.fileno(), at, upto - at)
            for piece in stretch.spool.chunks(Span(at, upto)):
                self.stream.write(piece)
            at = upto
            await asyncio.sleep(0)
        return None

    async def _room(self, deadline: Deadline) -> Reply | None:
        """Wait until the next piece may be sent; return the refusal that came meanwhile, if one did."""
        until = _sooner(deadline)
        while (event := self._next_event()) is None:
            if self.stream.is_lost:
                raise self._failed("closed", "during the message")
            if not self.stream.is_paused and deadline.remaining(time.monotonic()):
                return None
            if not await self.stream.something(until):
                raise self._failed("timeout", "during the message")
        return self._reply_of(event)

    async def _last_reply(self, deadline: Deadline) -> Reply:
        """Return the answer to the message; of several (LMTP) one that is no 2xx, if any."""
        try:
            replies = [await self._answer(deadline)]
            while self.client.has_transaction:
                replies.append(await self._answer(deadline))
        except Deferred as error:
            self._counters.failures["unknown_outcome"] += 1
            raise UnknownOutcome(error.reply, f"after the final dot: {error.reason}") from error
        return next((reply for reply in replies if not reply.is_positive), replies[0])

    async def _answer(self, until: Deadline) -> Reply:
        return self._reply_of(await self._event(until))

    async def _event(self, until: Deadline) -> Event:
        while True:
            event = self._next_event()
            self.stream.write(self.client.take())
            if event:
                return event
            if self.stream.is_lost:
                raise self._failed("closed", "no answer")
            if not await self.stream.something(until):
                raise self._failed("timeout", "no answer")

    def _next_event(self) -> Event | None:
        try:
            return self.client.next_event()
        except BadReply as error:
            raise self._failed("junk", error) from error

    def _reply_of(self, event: Event) -> Reply:
        if isinstance(event, Answered):
            return event.reply
        raise self._failed("junk", event)

    def _failed(self, kind: str, detail: object) -> Deferred:
        self.abort()
        return self._counters.failed(kind, self.hop, detail)


def _sooner(deadline: Deadline) -> Deadline:
    return deadline.sooner(COMMAND_SECONDS, time.monotonic())
