"""The data of an SMTP transaction: from dot-stuffed octets to the message (RFC 5321 section 4.5.2).

Fed with whatever the network brings, it gives the message back in pieces, as bulk operations on whole
chunks. Only CR LF . CR LF ends the data, wherever chunk borders fall; `LF . LF` and its kin never do
(CVE-2023-51764 and others: SMTP smuggling). Defects are remembered and reading goes on, so that the
conversation stays in step and can be answered after the end. NUL and 8-bit octets pass: what they mean is
a question of content, not of the wire. Never repairs anything.
"""

END = b"\r\n.\r\n"
STUFFED = b"\r\n."
ALL_BUT_LINE_ENDS = bytes(set(range(256)) - set(b"\r\n"))

MAX_LINE = 1024 * 1024
"""RFC 5321 section 4.5.3.1.6 allows 1,000 octets; senders of one-line HTML exceed that by far, and a
line costs nothing here. The bound only keeps what comes after from ever seeing one endless line."""


class DataDecoder:
    """Decodes one message.

    After the end, `rest` holds what followed it: the next commands of a pipelining client. Once a defect
    is known (`is_flawed`), pieces come back empty, because nobody may use them.
    """

    def __init__(self, max_size: int, max_line: int = MAX_LINE) -> None:
        self.ended = False
        self.rest = b""
        self.size = 0
        """Octets of the message so far, as RFC 1870 counts them: without stuffed dots and the final one."""
        self.eight_bit = False
        self.bare_line_end = False
        self.too_big = False
        self.line_too_long = False
        self._max_size = max_size
        self._max_line = max_line
        self._line = 0
        # Data begins as if after a line end; those two octets are swallowed from the first piece.
        self._carry = b"\r\n"
        self._swallow = 2

    @property
    def is_flawed(self) -> bool:
        """Tell whether the message must be refused after its end."""
        return self.bare_line_end or self.too_big or self.line_too_long

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
            piece = piece.replace(STUFFED, b"\r\n")
        if self._swallow and piece:
            piece, self._swallow = piece[self._swallow :], 0
        self._inspect(piece)
        return b"" if self.is_flawed else piece

    def _inspect(self, piece: bytes) -> None:
        self.size += len(piece)
        self.too_big = self.too_big or self.size > self._max_size
        self.eight_bit = self.eight_bit or not piece.isascii()
        # No piece ends between CR and LF, so every proper pair lies within one piece.
        line_ends = len(piece.translate(None, ALL_BUT_LINE_ENDS))
        self.bare_line_end = self.bare_line_end or line_ends != 2 * piece.count(b"\r\n")
        self._measure_lines(piece)

    def _measure_lines(self, piece: bytes) -> None:
        """Look for a line over the bound, from line end to line end at most a bound apart."""
        start, room = 0, self._max_line - self._line
        while len(piece) - start > room:
            end = piece.rfind(b"\r\n", start, start + room + 2)
            if end < 0:
                self.line_too_long = True
                break
            start, room = end + 2, self._max_line
        last = piece.rfind(b"\r\n", start)
        self._line = self._line + len(piece) if last < 0 and not start else len(piece) - max(start, last + 2)


def _start_of_end(data: bytes) -> bytes:
    """Return the longest tail of `data` that may be the beginning of the end of data."""
    for length in (4, 3, 2, 1):
        if data.endswith(END[:length]):
            return END[:length]
    return b""
