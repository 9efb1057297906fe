"""The SMTP commands (RFC 5321 section 4.1.1). What is not in the table does not exist here."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from aiosmtpd.smtp import TLSSetupException

from gateway.doors.smtp.answers import BYE, CANNOT_VERIFY, HELP, OK
from gateway.doors.smtp.introduced import Introduced
from gateway.doors.smtp.parameters import parse_mail, parse_rcpt
from gateway.doors.smtp.receiving import no_argument
from gateway.model.errors import Refused
from gateway.model.reply import BAD_SEQUENCE, NOT_IMPLEMENTED, NOT_SMTP, SYNTAX, TLS_UNAVAILABLE, UNKNOWN_COMMAND
from gateway.wire.proxy_protocol import SIGNATURE

_FOREIGN = frozenset({"GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PATCH", "PRI", "PROXY"})
"""A form that a browser was made to post here must not become mail, and nobody unknown may say who a client is."""
_ABSENT = frozenset({"AUTH", "ETRN", "TURN", "ATRN", "SEND", "SOML", "SAML", "BURL"})
"""Commands of SMTP and its extensions that have no place at a door for incoming mail."""

_PROXY_V2 = SIGNATURE[2:]
"""What follows the empty line with which an unasked PROXY header of version 2 begins."""


class Server(Introduced):
    """One client's commands."""

    async def obey(self, verb: str, argument: str) -> None:
        """Do one command. Raises `Refused` for what cannot be done here or now."""
        command = self.command(verb)
        if command:
            await command(self, argument)
        elif verb in _FOREIGN or (not verb and self._incoming.begins_with(_PROXY_V2)):
            self._end_with(NOT_SMTP.reply())
        elif verb in _ABSENT:
            raise Refused(NOT_IMPLEMENTED.reply(), "a command that is not for here")
        else:
            raise Refused(UNKNOWN_COMMAND.reply(), "unknown command")

    def command(self, verb: str) -> "Command | None":
        """Return what does a command, if it exists here."""
        return COMMANDS.get(verb)

    async def starttls(self, argument: str) -> None:
        """Begin TLS; everything before it is forgotten (RFC 3207 section 4.2)."""
        no_argument(argument)
        if self._tls_protocol:
            raise Refused(BAD_SEQUENCE.reply("TLS is active"), "second STARTTLS")
        self.tls_context = self._tls()
        if self.tls_context is None:
            raise Refused(TLS_UNAVAILABLE.reply(), "no certificate")
        await self.forget()
        self.forget_input()
        plaintext = self._way
        try:
            with suppress(TLSSetupException, TimeoutError):
                async with asyncio.timeout(self._settings.handshake_seconds):
                    await self.smtp_STARTTLS("")
        finally:
            if self.tls_session() is None:
                plaintext.abort()
                self.connection_lost(None)  # asyncio does not tell: for it TLS never began

    async def mail(self, argument: str) -> None:
        """Begin a transaction."""
        self.need_hello()
        if self.has_transaction:
            raise Refused(BAD_SEQUENCE.reply("a transaction is open"), "nested MAIL")
        mail = parse_mail(argument, esmtp=self._esmtp, dsn=self._settings.dsn, prdr=self.offers_prdr)
        self.say(self._session.mail(mail, self.peer(), answers_each=self.is_lmtp or mail.asks_prdr))

    async def rcpt(self, argument: str) -> None:
        """Add a recipient, if the next hop takes it."""
        self.need_hello()
        transaction = self._session.transaction
        if transaction is None:
            raise Refused(BAD_SEQUENCE.reply("send MAIL first"), "no transaction")
        recipient = parse_rcpt(
            argument,
            esmtp=self._esmtp,
            smtputf8=transaction.mail.smtputf8,
            dsn=self._settings.dsn,
            postmaster=self._settings.postmaster,
        )
        reply = await self._session.rcpt(recipient)
        if reply.is_positive:
            self._commands -= 1
        self.say(reply)

    async def rset(self, argument: str) -> None:
        """Give the transaction up."""
        no_argument(argument)
        await self.end_transaction()
        self.say(OK)

    async def noop(self, argument: str) -> None:  # noqa: ARG002 - RFC 5321 section 4.1.1.9 allows and ignores one
        """Do nothing."""
        self.say(OK)

    async def quit(self, argument: str) -> None:
        """Say goodbye."""
        no_argument(argument)
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


Command = Callable[[Server, str], Awaitable[None]]

COMMANDS: Mapping[str, Command] = {
    "HELO": Server.helo,
    "EHLO": Server.ehlo,
    "STARTTLS": Server.starttls,
    "MAIL": Server.mail,
    "RCPT": Server.rcpt,
    "DATA": Server.data,
    "BDAT": Server.bdat,
    "XCLIENT": Server.xclient,
    "XFORWARD": Server.xforward,
    "RSET": Server.rset,
    "NOOP": Server.noop,
    "QUIT": Server.quit,
    "VRFY": Server.vrfy,
    "EXPN": Server.expn,
    "HELP": Server.help,
}
