"""A message on its way in: decoded into the spool, its defects and our own troubles remembered until its end."""

import asyncio

from gateway.doors.admission import Admission
from gateway.model.errors import Deferred, Refused
from gateway.model.limits import KIB, MIB
from gateway.model.reply import BARE_LINE_END, LINE_TOO_LONG, LOOP, TOO_BIG_RECIPIENT, TOO_BIG_SYSTEM
from gateway.model.span import Span
from gateway.ports.spool import Spool
from gateway.wire.chunks import ChunkDecoder
from gateway.wire.dots import DataDecoder

_HEAD = 1 * MIB
"""Where to look for Received fields."""
_USUAL = 16 * KIB
"""Where a header has nearly always ended."""


class Reception:
    """Takes the data of one transaction, or its chunks. Whoever holds it closes it."""

    def __init__(self, spool: Spool, decoder: DataDecoder | ChunkDecoder, admission: Admission) -> None:
        self.spool = spool
        self.decoder = decoder
        self._admission = admission
        self._held = 0
        self._trouble: Deferred | None = None

    def feed(self, chunk: bytes) -> None:
        """Take the next piece of input; a full disk or budget is remembered, so that the conversation stays in step."""
        self._keep(self.decoder.feed(chunk))
        if self.decoder.ended and isinstance(self.decoder, DataDecoder):
            self.spool.is_dotless = self.decoder.is_dotless

    def end(self) -> None:
        """End a message that came in chunks."""
        if isinstance(self.decoder, ChunkDecoder):
            self._keep(self.decoder.end())

    def _keep(self, piece: bytes) -> None:
        if not piece or self._trouble:
            return
        try:
            self._admission.hold(len(piece))
            self._held += len(piece)
            self.spool.write(piece)
        except Deferred as error:
            self._trouble = error

    def check(self, system_size: int) -> None:
        """Raise for what came so far and may not go further: `Refused` for defects, `Deferred` for our troubles."""
        decoder = self.decoder
        if decoder.is_smuggling:
            raise Refused(BARE_LINE_END.reply(), "bare CR or LF")
        if decoder.too_big:
            cause = TOO_BIG_SYSTEM if decoder.size > system_size else TOO_BIG_RECIPIENT
            raise Refused(cause.reply(), f"{decoder.size} bytes")
        if decoder.line_too_long:
            raise Refused(LINE_TOO_LONG.reply(), "line too long")
        if self._trouble:
            raise self._trouble

    def check_hops(self, hops: int) -> None:
        """Raise `Refused` for a message that has passed too many hops."""
        if self._received_fields() > hops:
            raise Refused(LOOP.reply(), "too many Received fields")

    def close_after(self, work: asyncio.Task[object]) -> None:
        """Close when `work` ends, which may still read the spool; before that nobody else gets its descriptor."""
        work.add_done_callback(lambda _: self.close())

    def close(self) -> None:
        """Give spool and budget back; may be called twice."""
        self.spool.close()
        self._admission.give_back(self._held)
        self._held = 0

    def _received_fields(self) -> int:
        head = b"\r\n"
        size = min(self.spool.size, _HEAD)
        for start, end in ((0, min(size, _USUAL)), (_USUAL, size)):
            for piece in self.spool.chunks(Span(start, end)) if start < end else ():
                head += piece
                if (blank := head.find(b"\r\n\r\n")) >= 0:
                    return head[:blank].lower().count(b"\r\nreceived:")
        return head.lower().count(b"\r\nreceived:")
