"""Who the client is: HELO and EHLO, and what a trusted peer in front says of the client it serves.

XCLIENT (Postfix's form) makes the connection another client's: everything before it is forgotten, limits and trust
go by the new address. XFORWARD describes the client of the next transaction only, for log and trace field. Both
exist for peers in `trusted` networks alone.
"""

import ssl
from dataclasses import replace

from gateway.doors.smtp.incoming import is_hello
from gateway.doors.smtp.receiving import Receiving
from gateway.model.envelope import Peer
from gateway.model.errors import Refused
from gateway.model.reply import BAD_SEQUENCE, NOT_TRUSTED, SYNTAX, Reply
from gateway.wire import xclient
from gateway.wire.xclient import BadAttribute, Claims

_KEPT = ("8BITMIME", "SMTPUTF8", "PIPELINING", "CHUNKING", "ENHANCEDSTATUSCODES")


class Introduced(Receiving):
    """A connection that knows its client."""

    is_lmtp = False
    """The client speaks LMTP (RFC 2033)."""
    _esmtp = False
    _forwarded = Claims()

    async def helo(self, argument: str) -> None:
        """Greet a client without extensions."""
        await self._hello(argument, esmtp=False)
        self.say(Reply(250, "", (self.hostname,)))

    async def ehlo(self, argument: str) -> None:
        """Greet, and list what is kept end to end."""
        await self._hello(argument, esmtp=True)
        offers = [f"SIZE {self._settings.size}", *_KEPT]
        if self._settings.dsn:
            offers.append("DSN")
        if self.offers_prdr:
            offers.append("PRDR")
        if not self._tls_protocol and self._tls():
            offers.append("STARTTLS")
        if self._settings.trusts(self.address):
            offers += [" ".join(("XCLIENT", *xclient.XCLIENT)), " ".join(("XFORWARD", *xclient.XFORWARD))]
        self.say(Reply(250, "", (self.hostname, *offers)))

    @property
    def offers_prdr(self) -> bool:
        """Tell whether a client may ask for a reply for each recipient, which it has with LMTP anyway."""
        return self._settings.prdr and not self.is_lmtp

    async def _hello(self, name: str, *, esmtp: bool) -> None:
        if not is_hello(name):
            raise Refused(SYNTAX.reply("give your host name"), "bad HELO name")
        await self.forget()
        self.helo_name, self._esmtp = name, esmtp

    async def forget(self) -> None:
        """Forget greeting and transaction, and who was said to be behind them."""
        await self.end_transaction()
        self.helo_name, self._esmtp = "", False

    async def end_transaction(self) -> None:
        """Forget the transaction, and whose it was."""
        self._forwarded = Claims()
        await super().end_transaction()

    async def xclient(self, argument: str) -> None:
        """Become the connection of another client, and greet it."""
        claims = self._claims(argument, xclient.XCLIENT)
        await self.forget()
        if turned_away := self.become(claims.ip or self.address, self.port if claims.port is None else claims.port):
            self._end_with(turned_away)
            return
        self.helo_name, self._esmtp = claims.helo or "", bool(claims.esmtp)
        self.greet()

    async def xforward(self, argument: str) -> None:
        """Remember who the next transaction's client is."""
        claims = self._claims(argument, xclient.XFORWARD)
        known = {name: value for name in Claims.__slots__ if (value := getattr(claims, name)) is not None}
        self._forwarded = replace(self._forwarded, **known)
        self.say(Reply(250, "0.0", ("noted",)))

    def _claims(self, argument: str, offered: tuple[str, ...]) -> Claims:
        if not self._settings.trusts(self.address):
            raise Refused(NOT_TRUSTED.reply(), "XCLIENT or XFORWARD from a peer that is not trusted")
        if self.has_transaction:
            raise Refused(BAD_SEQUENCE.reply("a transaction is open"), "XCLIENT or XFORWARD in a transaction")
        try:
            return xclient.parse(argument, offered)
        except BadAttribute as error:
            raise Refused(SYNTAX.reply(), str(error)) from error

    def peer(self) -> Peer:
        """Return the client of a transaction that begins now."""
        said = self._forwarded
        tls = self.tls_session()
        cipher = tls.cipher() if tls else None
        return Peer(
            ip=said.ip or self.address,
            port=self.port if said.port is None else said.port,
            helo=said.helo or self.helo_name,
            tls=f"{tls.version()} {cipher[0]}" if tls and cipher else "",
            esmtp=self._esmtp if said.esmtp is None else said.esmtp,
            lmtp=self.is_lmtp,
        )

    def tls_session(self) -> ssl.SSLObject | None:
        """Return TLS as it is active, if it is."""
        return self.transport.get_extra_info("ssl_object") if self.transport else None
