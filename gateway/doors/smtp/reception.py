"""A message on its way in: decoded into the spool, its defects and our own troubles remembered until its end."""

from gateway.doors.admission import Admission
from gateway.model.errors import Deferred, Refused
from gateway.model.limits import MIB
from gateway.model.reply import BARE_LINE_END, LINE_TOO_LONG, LOOP, TOO_BIG_RECIPIENT, TOO_BIG_SYSTEM
from gateway.model.span import Span
from gateway.ports.spool import Spool
from gateway.wire.dots import DataDecoder

_HEAD = 1 * MIB
"""Where to look for Received fields."""


class Reception:
    """Takes the data of one transaction. Whoever holds it closes it."""

    def __init__(self, spool: Spool, max_size: int, admission: Admission) -> None:
        self.spool = spool
        self.decoder = DataDecoder(max_size)
        self._admission = admission
        self._held = 0
        self._trouble: Deferred | None = None

    def feed(self, chunk: bytes) -> None:
        """Take the next piece of input; a full disk or budget is remembered, so that the conversation stays in step."""
        piece = self.decoder.feed(chunk)
        if not piece or self._trouble:
            return
        try:
            self._admission.hold(len(piece))
            self._held += len(piece)
            self.spool.write(piece)
        except Deferred as error:
            self._trouble = error

    def check(self, system_size: int, hops: int) -> None:
        """Raise for a message that may not go further: `Refused` for its defects, `Deferred` for our troubles."""
        decoder = self.decoder
        if decoder.bare_line_end:
            raise Refused(BARE_LINE_END.reply(), "bare CR or LF")
        if decoder.too_big:
            cause = TOO_BIG_SYSTEM if decoder.size > system_size else TOO_BIG_RECIPIENT
            raise Refused(cause.reply(), f"{decoder.size} bytes")
        if decoder.line_too_long:
            raise Refused(LINE_TOO_LONG.reply(), "line too long")
        if self._trouble:
            raise self._trouble
        if self._received_fields() > hops:
            raise Refused(LOOP.reply(), "too many Received fields")

    def close(self) -> None:
        """Give spool and budget back; may be called twice."""
        self.spool.close()
        self._admission.give_back(self._held)
        self._held = 0

    def _received_fields(self) -> int:
        head = b"\r\n" + b"".join(self.spool.chunks(Span(0, min(self.spool.size, _HEAD))))
        end = head.find(b"\r\n\r\n")
        return head[: end if end >= 0 else len(head)].lower().count(b"\r\nreceived:")
