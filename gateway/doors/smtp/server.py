"""The SMTP commands (RFC 5321 section 4.1.1). What is not in the table does not exist here, AUTH among it."""

import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from aiosmtpd.smtp import TLSSetupException

from gateway.doors.smtp.answers import BYE, CANNOT_VERIFY, HELP, OK, START_INPUT
from gateway.doors.smtp.connection import Connection
from gateway.doors.smtp.incoming import is_hello
from gateway.doors.smtp.parameters import parse_mail, parse_rcpt
from gateway.doors.smtp.reception import Reception
from gateway.model.envelope import Peer
from gateway.model.errors import Refused
from gateway.model.reply import (
    BAD_SEQUENCE,
    NOT_IMPLEMENTED,
    NOT_SMTP,
    SYNTAX,
    TLS_UNAVAILABLE,
    UNKNOWN_COMMAND,
    Reply,
)

_WEB_VERBS = frozenset({"GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PATCH", "PRI"})
"""A form that a browser was made to post here must not become mail."""


class Server(Connection):
    """One client's commands."""

    _helo = ""
    _esmtp = False

    async def obey(self, verb: str, argument: str) -> None:
        """Do one command. Raises `Refused` for what cannot be done here or now."""
        command = _COMMANDS.get(verb)
        if command:
            await command(self, argument)
        elif verb in _WEB_VERBS:
            self._end_with(NOT_SMTP.reply())
        else:
            raise Refused(UNKNOWN_COMMAND.reply(), "unknown command")

    async def helo(self, argument: str) -> None:
        """Greet a client without extensions."""
        await self._hello(argument, esmtp=False)
        self.say(Reply(250, "", (self.hostname,)))

    async def ehlo(self, argument: str) -> None:
        """Greet, and list what is kept end to end."""
        await self._hello(argument, esmtp=True)
        offers = [f"SIZE {self._settings.size}", "8BITMIME", "SMTPUTF8", "PIPELINING", "ENHANCEDSTATUSCODES"]
        if not self._tls_protocol and self._tls():
            offers.append("STARTTLS")
        self.say(Reply(250, "", (self.hostname, *offers)))

    async def _hello(self, name: str, *, esmtp: bool) -> None:
        if not is_hello(name):
            raise Refused(SYNTAX.reply("give your host name"), "bad HELO name")
        await self._session.reset()
        self._helo, self._esmtp = name, esmtp

    async def starttls(self, argument: str) -> None:
        """Begin TLS; everything before it is forgotten (RFC 3207 section 4.2)."""
        _no_argument(argument)
        if self._tls_protocol:
            raise Refused(BAD_SEQUENCE.reply("TLS is active"), "second STARTTLS")
        self.tls_context = self._tls()
        if self.tls_context is None:
            raise Refused(TLS_UNAVAILABLE.reply(), "no certificate")
        await self._session.reset()
        self._helo, self._esmtp = "", False
        self._incoming.take()  # plaintext that was sent behind the command; aiosmtpd clears the reader's share
        plaintext = self._writer.transport
        try:
            with suppress(TLSSetupException):
                await self.smtp_STARTTLS("")
        finally:
            if self._tls_session() is None:
                plaintext.abort()
                self.connection_lost(None)  # asyncio does not tell: for it TLS never began

    def _tls_session(self) -> ssl.SSLObject | None:
        return self.transport.get_extra_info("ssl_object") if self.transport else None

    async def mail(self, argument: str) -> None:
        """Begin a transaction."""
        self._need_hello()
        if self.has_transaction:
            raise Refused(BAD_SEQUENCE.reply("a transaction is open"), "nested MAIL")
        mail = parse_mail(argument, esmtp=self._esmtp)
        self.say(self._session.mail(mail, self._peer()))

    async def rcpt(self, argument: str) -> None:
        """Add a recipient, if the next hop takes it."""
        self._need_hello()
        transaction = self._session.transaction
        if transaction is None:
            raise Refused(BAD_SEQUENCE.reply("send MAIL first"), "no transaction")
        recipient = parse_rcpt(
            argument, esmtp=self._esmtp, smtputf8=transaction.mail.smtputf8, postmaster=self._settings.postmaster
        )
        reply = await self._session.rcpt(recipient)
        if reply.is_positive:
            self._commands -= 1
        self.say(reply)

    async def data(self, argument: str) -> None:
        """Take the message; the transaction ends with the reply, whatever it is."""
        self._need_hello()
        _no_argument(argument)
        reception = self._session.data()
        try:
            self.say(START_INPUT)
            await self.flush()
            await self._receive(reception)
            reply = await self._session.finish(reception)
            if reply.is_positive:
                self._errors = self._commands = 0
            self.say(reply)
            await self.flush()
        finally:
            reception.close()
            await self._session.reset()

    async def _receive(self, reception: Reception) -> None:
        """Read to the end of data, as long as there is progress."""
        settings, decoder = self._settings, reception.decoder
        began = time.monotonic()
        try:
            while not decoder.ended:
                allowed = settings.data_grace + decoder.size / settings.data_rate
                left = began + allowed - time.monotonic()
                self._reset_timeout(max(0.001, min(settings.chunk_seconds, left)))
                reception.feed(await self._incoming.piece())
        except BaseException:
            self._is_over = True  # the rest of a message must never be read as commands
            raise
        finally:
            self.stop_timer()
        self._incoming.put_back(decoder.rest)

    async def rset(self, argument: str) -> None:
        """Give the transaction up."""
        _no_argument(argument)
        await self._session.reset()
        self.say(OK)

    async def noop(self, argument: str) -> None:  # noqa: ARG002 - RFC 5321 section 4.1.1.9 allows and ignores one
        """Do nothing."""
        self.say(OK)

    async def quit(self, argument: str) -> None:
        """Say goodbye."""
        _no_argument(argument)
        self._end_with(BYE)

    async def vrfy(self, argument: str) -> None:
        """Tell nothing about addresses (RFC 5321 section 7.3)."""
        if not argument:
            raise Refused(SYNTAX.reply(), "VRFY without an argument")
        self.say(CANNOT_VERIFY)

    async def expn(self, argument: str) -> None:  # noqa: ARG002
        """Refuse: there are no lists."""
        raise Refused(NOT_IMPLEMENTED.reply(), "EXPN")

    async def help(self, argument: str) -> None:  # noqa: ARG002
        """Point to the standard."""
        self.say(HELP)

    def _need_hello(self) -> None:
        if not self._helo:
            raise Refused(BAD_SEQUENCE.reply("send EHLO first"), "no EHLO")

    def _peer(self) -> Peer:
        tls = self._tls_session()
        cipher = tls.cipher() if tls else None
        return Peer(
            ip=self.address,
            port=self.port,
            helo=self._helo,
            tls=f"{tls.version()} {cipher[0]}" if tls and cipher else "",
            esmtp=self._esmtp,
        )


def _no_argument(argument: str) -> None:
    if argument:
        raise Refused(SYNTAX.reply("this command takes no argument"), "unexpected argument")


_COMMANDS: Mapping[str, Callable[[Server, str], Awaitable[None]]] = {
    "HELO": Server.helo,
    "EHLO": Server.ehlo,
    "STARTTLS": Server.starttls,
    "MAIL": Server.mail,
    "RCPT": Server.rcpt,
    "DATA": Server.data,
    "RSET": Server.rset,
    "NOOP": Server.noop,
    "QUIT": Server.quit,
    "VRFY": Server.vrfy,
    "EXPN": Server.expn,
    "HELP": Server.help,
}
