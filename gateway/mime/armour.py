"""OpenPGP messages in armour inside a text (RFC 9580 section 6.2): locked, or packed without any lock.

Signed text and keys are no messages; a text that only shows the lines has no data between them.
"""

import re
from collections.abc import Iterator

from gateway.mime.buffer import Buffer
from gateway.mime.encodedfile import EncodedFile

_MARK = b"-----BEGIN PGP MESSAGE"
_END = b"-----END PGP MESSAGE"
_DATA = re.compile(
    rb"[^\r\n]{0,20}-----[ \t]*\r?\n(?:[A-Za-z]{1,20}: [^\r\n]{0,200}\r?\n){0,9}\s{0,9}[A-Za-z0-9+/]{32}"
)
_MOST = 100


def find_pgp(text: Buffer) -> Iterator[EncodedFile]:
    """Yield each message with its armour."""
    at = -1
    for _ in range(_MOST):
        at = text.find(_MARK, at + 1)
        if at < 0:
            return
        if text[max(0, at - 1) : at] in {b"", b"\n"} and _DATA.match(text, at + len(_MARK)):
            end = text.find(_END, at)
            stop = len(text) if end < 0 else end
            yield EncodedFile("pgp", "", (text[at:stop],))
            at = stop
