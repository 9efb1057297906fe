"""Bytes of the parts that we write: 7-bit, in lines of at most 76 characters, whatever the text holds.

No line of an encoded text begins with a hyphen or a dot or like a mailbox separator, so that no text can end a part
(RFC 2046 section 5.1.1), whoever chose the boundary around it.
"""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass

CRLF = b"\r\n"
_LINE = 73
"""Characters before the sign of a soft line break (RFC 2045 section 6.7 allows 76 with it)."""
# Anything that a gateway may change, or that is structure somewhere, is written as a number.
_UNSAFE = re.compile(rb"[^A-Za-z0-9 !\"#$%&'*()+,./:;<>?@\[\]^_`{|}~\n-]")
_END_BLANK = re.compile(rb" (?=\n|\Z)")
_SOFT = re.compile(rb".{1,%d}(?<!=)(?<!=.)" % _LINE)
_FIRST = re.compile(rb"^(?:[.-]|From )", re.MULTILINE)
_MOST_TRIES = 64


@dataclass(frozen=True, slots=True)
class Entity:
    """A part that we write (RFC 2045 section 2.4)."""

    fields: bytes
    """Structural fields, each with its line end."""
    body: bytes

    @property
    def whole(self) -> bytes:
        """The part as it stands between two delimiters."""
        return self.fields + CRLF + self.body


def alternative(text: str, html: str, boundary: bytes) -> Entity:
    """Return a multipart/alternative of a text and the same as a page (RFC 2046 section 5.1.4)."""
    fields = b'Content-Type: multipart/alternative;\r\n\tboundary="%s"\r\nContent-Disposition: inline\r\n' % boundary
    parts = (leaf("text/plain", text), leaf("text/html", html))
    body = b"".join(b"--" + boundary + CRLF + part.whole + CRLF for part in parts)
    return Entity(fields, body + b"--" + boundary + b"--" + CRLF)


def leaf(media_type: str, text: str) -> Entity:
    """Return a text in UTF-8."""
    fields = f"Content-Type: {media_type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    return Entity(fields.encode("ascii"), quoted(text.encode("utf-8", "replace")))


def quoted(text: bytes) -> bytes:
    """Return text, its lines ending with LF, in quoted-printable (RFC 2045 section 6.7)."""
    safe = _END_BLANK.sub(b"=20", _UNSAFE.sub(_number, text))
    return CRLF.join(map(_soft, safe.split(b"\n")))


def boundary_of(seed: str, around: Collection[bytes]) -> bytes:
    """Return a boundary that no boundary around it is the beginning of; `seed` is what the sender cannot know."""
    for number in range(_MOST_TRIES):
        digest = hashlib.sha256(f"{number}/{seed}".encode("utf-8", "replace")).hexdigest()
        boundary = f"{digest[:32]}_postern".encode()
        if not any(boundary.startswith(one) for one in around):
            break
    return boundary


def _soft(line: bytes) -> bytes:
    """Cut a line with soft breaks, and write as numbers what may not begin one."""
    pieces = _SOFT.findall(line)
    return _FIRST.sub(lambda found: _number(found) + found[0][1:], b"=\r\n".join(pieces))


def _number(found: re.Match[bytes]) -> bytes:
    return b"=%02X" % found[0][0]
