"""The octets of a message as they come in, and what its lines are like, in bulk.

Only CR LF ends a line. A CR or LF that stands alone is either a defect, remembered while reading goes on, or, where
the decoder normalises, becomes CR LF before anybody sees it; nothing else is ever changed. NUL, 8-bit octets and
the line separators of Unicode and C pass: what they mean is a question of content, not of the wire.
"""

MAX_LINE = 1024 * 1024
"""RFC 5321 section 4.5.3.1.6 allows 1,000 octets; senders of one-line HTML exceed that by far, and a
line costs nothing here. The bound only keeps what comes after from ever seeing one endless line."""
_WIDEST = 1000
"""Columns; wider lines are too few for counting in columns."""
_WORTH_IT = 100
"""Lines."""


class LineGauge:
    """What every decoder of a message finds out; once a defect is known, pieces come back empty."""

    def __init__(self, max_size: int, max_line: int = MAX_LINE, *, normalises: bool = False) -> None:
        self.ended = False
        self.size = 0
        """Octets of the message so far, as RFC 1870 counts them: without stuffed dots and the final one."""
        self.eight_bit = False
        self.bare_line_end = False
        """A CR or LF stood alone; a defect, unless the decoder normalises."""
        self.too_big = False
        self.line_too_long = False
        self.normalises = normalises
        self._max_size = max_size
        self._max_line = max_line
        self._line = 0

    @property
    def is_smuggling(self) -> bool:
        """Tell whether line ends make the message one that must be refused."""
        return self.bare_line_end and not self.normalises

    @property
    def is_flawed(self) -> bool:
        """Tell whether the message must be refused after its end."""
        return self.is_smuggling or self.too_big or self.line_too_long

    def gauge(self, piece: bytes) -> bytes:
        """Take the next octets, which never end between CR and LF; return them as they are to be used."""
        if has_bare_line_end(piece):
            self.bare_line_end = True
            piece = normalised(piece) if self.normalises else piece
        self.size += len(piece)
        self.too_big = self.too_big or self.size > self._max_size
        self.eight_bit = self.eight_bit or not piece.isascii()
        self._measure_lines(piece)
        return b"" if self.is_flawed else piece

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


def has_bare_line_end(piece: bytes) -> bool:
    """Tell whether a CR or LF stands alone in `piece`.

    Lines of one width, which base64 has, are looked at column by column: eight times cheaper than to take all line
    ends out and look for what is left.
    """
    start, end, width = _even_lines(piece)
    if end <= start:
        return _has_bare(piece)
    lines = bytearray(memoryview(piece)[start:end])
    count = len(lines) // width
    if lines[width - 2 :: width] != b"\r" * count:
        return True  # every line ends with LF
    lines[width - 2 :: width] = lines[width - 1 :: width] = b" " * count
    if b"\r" in lines or b"\n" in lines:  # shorter lines whose ends happen to stand in the same column
        return _has_bare(piece)
    return _has_bare(piece[:start]) or _has_bare(piece[end:])


def _has_bare(piece: bytes) -> bool:
    without = piece.replace(b"\r\n", b"")
    return b"\r" in without or b"\n" in without


def _even_lines(piece: bytes) -> tuple[int, int, int]:
    """Return start, end and width of the run of lines of one width around the middle; nothing where it is short.

    It begins behind a LF and ends with one, as each of its lines does.
    """
    anchor = piece.find(b"\n", len(piece) // 2)
    width = piece.find(b"\n", anchor + 1) - anchor
    if anchor < 0 or not 2 <= width <= _WIDEST:
        return 0, 0, 0
    column = piece[anchor % width :: width]
    above, below = anchor // width, len(column) - anchor // width
    if column != b"\n" * len(column):  # stripping looks at byte after byte
        before, behind = column[:above], column[above:]
        above = len(before) - len(before.rstrip(b"\n"))
        below = len(behind) - len(behind.lstrip(b"\n"))
    if above + below < _WORTH_IT:
        return 0, 0, 0
    return anchor + 1 - above * width, anchor + 1 + (below - 1) * width, width


def normalised(piece: bytes) -> bytes:
    """Return `piece` with CR LF for every CR and every LF that stands alone: CR CR LF is two line ends, LF CR too."""
    return piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
