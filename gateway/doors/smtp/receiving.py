"""How a message comes in: DATA (RFC 5321 section 4.1.1.4) and BDAT (RFC 3030).

A message in either form is read to its end whatever becomes of it, so that the conversation stays in step, and
what was not read to its end is never taken for commands. Progress is what keeps it alive: a silence, or a
trickle, ends the connection with 421; so does a sender that goes far beyond the size it was told.
"""

import time
from collections.abc import Sequence

from gateway.doors.reception import Reception
from gateway.doors.smtp.answers import PRDR_BEGINS, START_INPUT, chunk_taken, overall
from gateway.doors.smtp.connection import Connection
from gateway.model.errors import GatewayError, Refused
from gateway.model.reply import BAD_SEQUENCE, SYNTAX, TOO_BIG_SYSTEM, Reply
from gateway.wire.chunks import Chunk, parse_chunk
from gateway.wire.dots import DataDecoder

_SMALL_CHUNK = 1024
"""Octets; a smaller chunk counts as a command against the limit."""
_FAR_BEYOND = 4
"""Times the largest message: what is read of a message that is refused for its size, before the line is cut."""


class Receiving(Connection):
    """A connection that takes messages."""

    helo_name = ""
    """As the client called itself; empty before its greeting."""

    def need_hello(self) -> None:
        """Raise `Refused` before EHLO or HELO."""
        if not self.helo_name:
            raise Refused(BAD_SEQUENCE.reply("send EHLO first"), "no EHLO")

    async def data(self, argument: str) -> None:
        """Take the message; the transaction ends with the reply, whatever it is."""
        self.need_hello()
        no_argument(argument)
        reception = self._session.data()
        decoder = reception.decoder
        assert isinstance(decoder, DataDecoder)  # noqa: S101 - data() made it
        try:
            self.say(START_INPUT)
            await self.flush()
            began = time.monotonic()
            while not decoder.ended:
                self._ensure_bearable(decoder.size)
                reception.feed(await self._piece(began, decoder.size))
            self._incoming.put_back(decoder.rest)
            await self._finish()
        except BaseException:
            self._is_over |= not decoder.ended  # the rest of a message must never be read as commands
            raise
        finally:
            await self.end_transaction()

    async def bdat(self, argument: str) -> None:
        """Take a chunk; the last one ends the transaction, whatever the reply is.

        A chunk that is refused is read all the same (RFC 3030 section 2), and so are those that follow it.
        """
        chunk = parse_chunk(argument)
        if chunk is None:
            self._is_over = True  # where it ends is not known
            raise Refused(SYNTAX.reply("no chunk size"), "BDAT without a size")
        try:
            self.need_hello()
            reception = self._session.chunk()
        except GatewayError as error:
            await self._take_chunk(chunk, None)
            if not chunk.is_last:
                self.refuse(error)
                return
            self.refuse_message(error)
            await self.end_transaction()
            return
        await self._take_chunk(chunk, reception)
        if chunk.is_last:
            await self._take_last(reception)
            return
        self._session.chunk_done(reception)
        if chunk.size >= _SMALL_CHUNK:
            self._commands -= 1
        self.say(chunk_taken(chunk.size))

    async def _take_last(self, reception: Reception) -> None:
        try:
            reception.end()
            await self._finish()
        finally:
            await self.end_transaction()

    async def end_transaction(self) -> None:
        """Forget the transaction, if there is one."""
        await self._session.reset()

    async def _take_chunk(self, chunk: Chunk, reception: Reception | None) -> None:
        """Read the octets of a chunk; they go into `reception`, or nowhere."""
        began, got = time.monotonic(), 0
        try:
            self._ensure_bearable(chunk.size + (reception.decoder.size if reception else 0))
            while got < chunk.size:
                octets = await self._piece(began, got, chunk.size - got)
                got += len(octets)
                if reception:
                    reception.feed(octets)
        except BaseException:
            self._is_over = True  # the rest of a chunk must never be read as commands
            raise

    async def _finish(self) -> None:
        """Have the message judged and relayed, and say what came of it before anything else is done."""
        replies = await self._session.finish()
        if replies[0].is_positive or any(reply.is_positive for reply in replies):
            self._errors = self._commands = 0
        self.say_outcome(replies)
        await self.flush()

    def say_outcome(self, replies: Sequence[Reply]) -> None:
        """Say the reply to a message; with PRDR, where there are several, those between announcement and last word."""
        if len(replies) > 1:
            replies = (PRDR_BEGINS, *replies, overall(replies))
        for reply in replies:
            self.say(reply)

    def refuse_message(self, error: GatewayError) -> None:
        """Say the reply to a message that was refused before it was judged."""
        self.refuse(error)

    def _ensure_bearable(self, size: int) -> None:
        if size > _FAR_BEYOND * self._settings.size:
            raise Refused(TOO_BIG_SYSTEM.reply(), f"{size} bytes and no end")

    async def _piece(self, began: float, got: int, limit: int | None = None) -> bytes:
        """Return what comes next, at most `limit` octets, as long as there is progress since `began`."""
        if not self._incoming.has_any:
            await self.flush()
        settings = self._settings
        left = began + settings.data_grace + got / settings.data_rate - time.monotonic()
        self.allow(min(settings.chunk_seconds, left))
        return await self._incoming.piece(limit)


def no_argument(argument: str) -> None:
    """Raise `Refused` for an argument where none may be."""
    if argument:
        raise Refused(SYNTAX.reply("this command takes no argument"), "unexpected argument")
