"""One connection: greeting, command loop and the last word.

Replies to a pipelined group are sent together (RFC 2920). Whatever a command raises becomes a reply at one
place, `_answer`: a GatewayError the one that it carries, anything else 451 4.3.0 with an id. However a
connection ends, its transaction is given up and the admission book is right afterwards.
"""

import asyncio
import ssl
import time
from collections.abc import Callable

import structlog

from gateway.doors.ids import new_id, with_id
from gateway.doors.smtp.incoming import split_command
from gateway.doors.smtp.session import Session
from gateway.doors.smtp.transaction import Shared
from gateway.doors.smtp.wire import Wire
from gateway.model.errors import GatewayError
from gateway.model.reply import CONNECTION_SPENT, EARLY_TALKER, NOT_SMTP, SHUTTING_DOWN, UNFORESEEN, Reply
from gateway.wire.proxy_protocol import BadProxyHeader
from gateway.wire.smtp_replies import render

log = structlog.get_logger()

_PROTOCOL_ERRORS = frozenset({500, 501, 502, 503, 504, 555})


class Connection(Wire):
    """What a connection does whatever the commands are; `obey` is the commands' part."""

    protocol = "ESMTP"
    """As the greeting says it."""

    def __init__(self, shared: Shared, tls: Callable[[], ssl.SSLContext | None]) -> None:
        super().__init__(shared.services.hostname, shared.settings)
        self.address, self.port = "", 0
        self.work: asyncio.Task[None]
        self.idle_since: float | None = None
        self._admission = shared.admission
        self._tls = tls
        self._session = Session(shared)
        self._started = time.monotonic()
        self._errors = 0
        self._commands = 0

    async def obey(self, verb: str, argument: str) -> None:
        """Do one command and say its one reply."""
        raise NotImplementedError

    @property
    def has_transaction(self) -> bool:
        """Tell whether a mail transaction is open."""
        return self._session.transaction is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; called a second time when TLS is active."""
        is_first = self.transport is None
        self.transport = transport
        if not is_first:
            self.forget_input()
            return
        peer = transport.get_extra_info("peername")
        if isinstance(peer, tuple):  # a unix socket has a path
            self.address, self.port = str(peer[0]).removeprefix("::ffff:"), int(peer[1])
        self.work = self.loop.create_task(self._handle_client())

    def connection_lost(self, error: Exception | None) -> None:
        """Strike the connection out and stop what it was doing."""
        del error
        self._is_over = True
        self._admission.leave(self)
        self._wait.close()
        if self._cut:
            self._cut.cancel()
        if self._original_transport is not None:
            self._original_transport.close()
        self.transport = None
        self.work.cancel()

    def hang_up(self, reply: Reply) -> None:
        """Say `reply` and close, wherever the conversation stands."""
        if not self._is_over:
            self.say(reply)
            self._close()
            self.work.cancel()

    def say(self, reply: Reply) -> None:
        """Queue a reply; it goes out before the next wait for the client."""
        if reply.code in _PROTOCOL_ERRORS:
            self._errors += 1
        if reply.code >= 400:
            self._admission.note(reply)
        transaction = self._session.transaction
        self._out += render(reply, utf8=transaction is not None and transaction.mail.smtputf8)

    async def _handle_client(self) -> None:
        try:
            await self._greet()
            while not self._is_over:
                await self._answer()
        except (OSError, EOFError) as error:
            log.debug("connection_ended", client=self.address, error=repr(error))
        finally:
            await self._session.reset()
            self._close()

    async def _greet(self) -> None:
        if turned_away := self._admission.enter(self, time.monotonic()):
            log.info("turned_away", client=self.address, reply=str(turned_away))
            self._end_with(turned_away)
            return
        if self._settings.is_proxy(self.address) and not await self._meet():
            return
        if await self._talks_first():
            self._end_with(EARLY_TALKER.reply())
            return
        self.greet()

    async def _talks_first(self) -> bool:
        """Tell whether the client speaks before our greeting, for which it must wait (RFC 5321 section 3.1)."""
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # the second turn of the loop has polled the socket
        if self._incoming.has_any:
            return True
        delay = self._settings.greeting_delay
        if not delay or self._settings.trusts(self.address):
            return False
        self.idle_since = time.monotonic()
        try:
            return await self._comes_within(delay)
        finally:
            self.idle_since = None

    def greet(self) -> None:
        """Say who we are."""
        self.say(Reply(220, "", (f"{self.hostname} {self.protocol}",)))

    async def _meet(self) -> bool:
        """Learn from a proxy who its client is; tell whether it may come in. Without a header nobody is served."""
        self.allow(self._settings.proxy_seconds)
        try:
            header = await self._incoming.proxy_header()
        except BadProxyHeader as error:
            log.warning("proxy_header_bad", client=self.address, reason=str(error))
            self._end_with(NOT_SMTP.reply())
            return False
        turned_away = self.become(header.ip, header.port) if header.ip else None
        if turned_away:
            self._end_with(turned_away)
        return not turned_away

    def become(self, ip: str, port: int) -> Reply | None:
        """Take the address of the client that a trusted peer speaks for; return the reply that turns it away."""
        before, self.address, self.port = self.address, ip, port
        turned_away = self._admission.move(self, before, time.monotonic())
        if turned_away:
            log.info("turned_away", client=self.address, reply=str(turned_away))
        return turned_away

    async def _answer(self) -> None:
        """Take the next command and turn whatever comes of it into its reply."""
        try:
            verb, argument = split_command(await self._next_line())
            await self.obey(verb, argument)
        except GatewayError as error:
            self.refuse(error)
        except EOFError:
            raise
        except Exception as error:
            if self.transport is None and isinstance(error, OSError):
                raise  # the client's connection broke
            incident = new_id()
            log.exception("unforeseen", id=incident)
            self.say(UNFORESEEN.reply(f"id={incident}"))
            await self._session.reset()
        self._consider_end()

    def refuse(self, error: GatewayError) -> None:
        """Say the reply that an error carries, and log why."""
        transaction = self._session.transaction
        reply = with_id(error.reply, transaction.id) if transaction else error.reply
        log.info("refused", client=self.address, reply=str(reply), reason=error.reason)
        self.say(reply)

    def _consider_end(self) -> None:
        """End a connection that has had its share, or between transactions when the gateway shuts down."""
        self._commands += 1
        settings = self._settings
        if self._is_over:
            return
        if (
            self._errors >= settings.errors
            or self._commands >= settings.commands
            or time.monotonic() - self._started >= settings.connection_seconds
        ):
            self._end_with(CONNECTION_SPENT.reply())
        elif self._admission.is_draining and not self.has_transaction:
            self._end_with(SHUTTING_DOWN.reply())

    def _end_with(self, reply: Reply) -> None:
        self.say(reply)
        self._is_over = True

    async def _next_line(self) -> bytes:
        if (line := self._incoming.line_at_once()) is not None:
            return line
        await self.flush()
        self.idle_since = time.monotonic()
        self.allow(self._settings.command_seconds)
        try:
            return await self._incoming.line()
        finally:
            self.idle_since = None
