"""The chunks of BDAT (RFC 3030): from counted octets to the message.

What comes in counted leaves as DATA, so the same rules hold: a CR or LF that stands alone, over chunk borders too,
is a defect or normalised. A message that does not end in CR LF gets one here, as DATA could not say it otherwise:
scanner, policy and next hop see the same lines. A dot means nothing.
"""

import re
from dataclasses import dataclass

from gateway.wire.lines import MAX_LINE, LineGauge

_ARGUMENT = re.compile(r"([0-9]{1,20})(?: +(LAST))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Chunk:
    """What a BDAT command announces."""

    size: int
    is_last: bool


def parse_chunk(argument: str) -> Chunk | None:
    """Read the argument of BDAT; None where it says no size, so that nobody knows where commands go on."""
    found = _ARGUMENT.fullmatch(argument)
    return Chunk(int(found[1]), found[2] is not None) if found else None


class ChunkDecoder(LineGauge):
    """Decodes one message."""

    def __init__(self, max_size: int, max_line: int = MAX_LINE, *, normalises: bool = False) -> None:
        super().__init__(max_size, max_line, normalises=normalises)
        self._carry = b""
        self._is_open = False
        """The last line has no end yet."""

    def feed(self, octets: bytes) -> bytes:
        """Return the octets of the message that are now certain; a CR at the end waits for what follows."""
        data = self._carry + octets if self._carry else octets
        self._carry = b"\r" if data.endswith(b"\r") else b""
        return self._take(data[:-1] if self._carry else data)

    def end(self) -> bytes:
        """End the message; return what it still lacked."""
        rest, self._carry = self._take(self._carry), b""
        self.ended = True
        return rest + (self._take(b"\r\n") if self._is_open else b"")

    def _take(self, data: bytes) -> bytes:
        piece = self.gauge(data)
        if data:
            self._is_open = not data.endswith((b"\r\n", b"\r", b"\n") if self.normalises else b"\r\n")
        return piece
