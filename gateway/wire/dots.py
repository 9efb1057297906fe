"""The data of an SMTP transaction: from dot-stuffed octets to the message (RFC 5321 section 4.5.2).

Fed with whatever the network brings, it gives the message back in pieces, as bulk operations on whole
chunks. Only CR LF . CR LF ends the data, wherever chunk borders fall; `LF . LF` and its kin never do
(CVE-2023-51764 and others: SMTP smuggling). Defects are remembered and reading goes on, so that the
conversation stays in step and can be answered after the end. A dot is stuffed only behind CR LF: where bare
line ends are normalised, that happens after the dots were taken off, so it can neither make nor end anything.
"""

from gateway.wire.lines import MAX_LINE, LineGauge

END = b"\r\n.\r\n"
STUFFED = b"\r\n."


class DataDecoder(LineGauge):
    """Decodes one message. After the end, `rest` holds what followed it: the next commands of a pipelining client."""

    def __init__(self, max_size: int, max_line: int = MAX_LINE, *, normalises: bool = False) -> None:
        super().__init__(max_size, max_line, normalises=normalises)
        self.rest = b""
        self._was_stuffed = False
        # Data begins as if after a line end; those two octets are swallowed from the first piece.
        self._carry = b"\r\n"
        self._swallow = 2

    @property
    def is_dotless(self) -> bool:
        """Tell whether no line of the message so far begins with a dot; False where line ends were mended."""
        return not (self._was_stuffed or self.bare_line_end)

    def feed(self, chunk: bytes) -> bytes:
        """Return the octets of the message that are now certain; up to four wait for the next chunk."""
        data = self._carry + chunk
        dotted = b"." in data  # base64 has none, and is most of the mail of this world
        end = data.find(END) if dotted else -1
        if end >= 0:
            self.ended, self.rest, self._carry = True, data[end + len(END) :], b""
            piece = data[: end + 2]
        else:
            self._carry = _start_of_end(data)
            piece = data[: len(data) - len(self._carry)]
        if dotted:
            plain = piece.replace(STUFFED, b"\r\n")
            self._was_stuffed |= len(plain) < len(piece)
            piece = plain
        if self._swallow and piece:
            piece, self._swallow = piece[self._swallow :], 0
        return self.gauge(piece)


def _start_of_end(data: bytes) -> bytes:
    """Return the longest tail of `data` that may be the beginning of the end of data."""
    for length in (4, 3, 2, 1):
        if data.endswith(END[:length]):
            return END[:length]
    return b""
