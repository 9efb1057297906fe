"""The content of a leaf, decoded in bounded chunks (RFC 2045 section 6).

As lenient as mail programs, and it says so: damage that every decoder reads the same way is ENCODING_DAMAGED,
damage that decoders read differently is ENCODING_AMBIGUOUS. Never raises on content.
"""

import binascii
import re
from collections.abc import Iterable, Iterator

import pybase64

from gateway.mime.buffer import Buffer
from gateway.model.finding import Finding, FindingKind
from gateway.model.limits import KIB
from gateway.model.message import Part

CHUNK = 256 * KIB
"""Of encoded bytes that are held at a time; what a processor keeps close is decoded in half the time."""

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_GARBAGE = bytes(set(range(256)) - set(_ALPHABET) - set(b"="))
# A sign that starts neither a byte nor a soft line break (RFC 2045 section 6.7, rules 1 and 5).
_QP_DAMAGE = re.compile(rb"=(?![0-9A-Fa-f]{2}|\r?\n|\Z)")
_QP_BARE_CR = re.compile(rb"=\r(?!\n)")
_QP_PADDED_BREAK = re.compile(rb"=[ \t]++(?=\r?\n)")
_FOREIGN = re.compile(rb"[^A-Za-z0-9+/=\s]")
_LONGEST_LINE = 1_000
"""Where the first line end is looked for (RFC 5321 section 4.5.3.1.6)."""
_LONGEST_TAIL = 1_000
"""Of signs and blanks that wait for the next piece; honest ones are a sign and a digit."""


def decoded(data: Buffer, part: Part, damage: list[Finding], chunk: int = CHUNK) -> Iterator[bytes]:
    """Yield the decoded body of a part; when exhausted, `damage` holds what was wrong with it."""
    note = _Damage(damage, part)
    end = _end_of_text(data, part, note) if part.encoding == "base64" and note.is_prose else part.body.end
    step = _whole_lines(data, part.body.start, chunk) if part.encoding == "base64" else chunk
    pieces = (data[at : min(at + step, end)] for at in range(part.body.start, end, step))
    match part.encoding:
        case "base64":
            return _base64(pieces, note)
        case "quoted-printable":
            return _quoted_printable(pieces, note)
        case _:
            return pieces


class _Damage:
    """Notes each kind of damage once."""

    def __init__(self, findings: list[Finding], part: Part) -> None:
        self._findings = findings
        self._part = part

    @property
    def is_prose(self) -> bool:
        """The part is a text that is only shown: whatever a decoder makes of it is no file and no markup."""
        return self._part.media_type == "text/plain" and not self._part.names

    def small(self, detail: str) -> None:
        self._note(FindingKind.ENCODING_DAMAGED, detail)

    def ambiguous(self, detail: str) -> None:
        self._note(FindingKind.ENCODING_AMBIGUOUS, detail)

    def in_text(self, detail: str) -> None:
        """Note what leaves an odd character in a text that is only shown, but may break open a file."""
        is_body = self._part.media_type.startswith("text/") and not self._part.names
        self._note(FindingKind.ENCODING_DAMAGED if is_body else FindingKind.ENCODING_AMBIGUOUS, detail)

    def _note(self, kind: FindingKind, detail: str) -> None:
        finding = Finding(kind, self._part.where, detail)
        if finding not in self._findings:
            self._findings.append(finding)


def _end_of_text(data: Buffer, part: Part, note: _Damage) -> int:
    """Return where plain text begins that a mailing list put behind an encoded text."""
    foreign = _FOREIGN.search(data, part.body.start, part.body.end)
    line = data.rfind(b"\n", part.body.start, foreign.start()) + 1 if foreign else 0
    if line <= part.body.start:
        return part.body.end
    note.small("plain text behind it")
    return line


def _whole_lines(data: Buffer, start: int, chunk: int) -> int:
    """Return how much to take at a time so that lines as long as the first one are never cut apart."""
    line = data.find(b"\n", start, start + _LONGEST_LINE) + 1 - start
    return chunk - chunk % line if 0 < line <= chunk else chunk


def _base64(pieces: Iterable[bytes], note: _Damage) -> Iterator[bytes]:
    carry = b""
    padding = _Padding(note)
    for piece in pieces:
        rest = piece
        if not (carry or padding.signs):
            regular, rest = _regular(piece)
            yield regular
        digits = carry + rest.translate(None, b"\r\n")
        if not padding.signs:
            sound, digits = _sound(digits)
            yield sound
            if len(digits) < 4 and b"=" not in digits:
                carry = digits
                continue
        digits = _without_garbage(digits, note)
        if b"=" in digits or padding.signs:
            before, digits = padding.apart(digits)
            yield _quanta(before, note)
        cut = len(digits) & ~3
        yield pybase64.b64decode(digits[:cut])
        carry = digits[cut:]
    carry = _without_garbage(carry, note)
    padding.end(len(carry))
    yield _quanta(carry, note)


def _regular(piece: bytes) -> tuple[bytes, bytes]:
    """Decode lines of equal length before any padding, as every mail program writes them; return them and the rest.

    To take line ends out by their places costs a quarter of looking for them. All of them must stand there, and
    nothing but digits between them; otherwise nothing is decoded here.
    """
    width = piece.find(b"\r\n", 0, _LONGEST_LINE)
    if width <= 0 or width % 4:
        return b"", piece
    line = width + 2
    padded = piece.find(b"=", max(0, len(piece) - 2 * line))
    count = (len(piece) if padded < 0 else padded) // line
    end = count * line
    if (piece[width:end:line], piece[width + 1 : end : line]) != (b"\r" * count, b"\n" * count):
        return b"", piece
    digits = bytearray(memoryview(piece)[:end])
    del digits[width + 1 :: line]
    del digits[width :: line - 1]
    try:
        content = pybase64.b64decode(digits, validate=True)
    except binascii.Error:
        return b"", piece
    # Padding further inside is not for here either.
    return (content, piece[end:]) if len(content) * 4 == len(digits) * 3 else (b"", piece)


def _sound(digits: bytes) -> tuple[bytes, bytes]:
    """Decode the whole quanta before any padding, if all of them are of the alphabet; return them and the rest."""
    end = digits.find(b"=")
    end = (len(digits) if end < 0 else end) & ~3
    try:
        return pybase64.b64decode(digits[:end], validate=True), digits[end:]
    except binascii.Error:
        return b"", digits


class _Padding:
    """Counts padding signs; what follows them is decoded too, as lenient readers do."""

    def __init__(self, note: _Damage) -> None:
        self._note = note
        self._missing = 0
        self.signs = 0

    def apart(self, digits: bytes) -> tuple[bytes, bytes]:
        """Return the digits up to the first padding, and those behind it, without signs."""
        before, _, after = (b"", b"", digits) if self.signs else digits.partition(b"=")
        if not self.signs:
            self._missing = -len(before) % 4
            self.signs = 1
        self.signs += after.count(b"=")
        after = after.replace(b"=", b"")
        if after and self._note.is_prose:
            self._note.small("text after the padding")
        elif after:
            self._note.ambiguous("data after the padding")
        return before, after

    def end(self, left: int) -> None:
        """Compare what was counted with what was missing; `left` digits stand behind the last whole quantum."""
        is_wrong = self.signs != self._missing if self.signs else left > 0
        if is_wrong:
            self._note.small("wrong padding")


def _without_garbage(digits: bytes, note: _Damage) -> bytes:
    """Drop what is not of the alphabet: blanks are no matter, anything else ends the data for strict readers."""
    unblanked = digits.translate(None, b" \t")
    if len(unblanked) != len(digits):
        note.small("blanks")
    clean = unblanked.translate(None, _GARBAGE)
    if len(clean) != len(unblanked):
        note.ambiguous("characters outside the alphabet")
    return clean


def _quanta(digits: bytes, note: _Damage) -> bytes:
    """Decode digits to their end; the last quantum may lack its padding."""
    if len(digits) % 4 == 1:
        note.ambiguous("a left-over character")
        digits = digits[:-1]
    return pybase64.b64decode(digits + b"=" * (-len(digits) % 4))


def _quoted_printable(pieces: Iterable[bytes], note: _Damage) -> Iterator[bytes]:
    carry = b""
    for piece in pieces:
        text = carry + piece
        cut = _between_signs(text)
        carry = text[cut:]
        yield _unquoted(text[:cut], note)
    yield _unquoted(carry, note)


def _between_signs(text: bytes) -> int:
    """Return the last offset at which no sign is cut apart: behind a line end, else before the last signs."""
    if line_end := text.rfind(b"\n") + 1:
        return line_end
    padded = text.rstrip(b" \t\r")
    signs = padded if padded.endswith(b"=") else text[:-1]
    cut = len(signs.rstrip(b"="))
    return cut if cut < len(signs) and len(text) - cut < _LONGEST_TAIL else len(text)


def _unquoted(text: bytes, note: _Damage) -> bytes:
    if _QP_DAMAGE.search(text):
        note.in_text("an equals sign that stands for nothing")
        text = _QP_BARE_CR.sub(b"=3D\r", text)  # binascii would drop the rest of the line
        text = _QP_PADDED_BREAK.sub(b"=", text)  # RFC 2045 section 6.7, rule 3: blanks at line ends go first
    return binascii.a2b_qp(text)
