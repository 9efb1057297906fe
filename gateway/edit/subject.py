"""A word before the subject; the rest of the field stays as it came, byte for byte."""

import base64

from gateway.mime.fields import unfold
from gateway.mime.words import decode_words, to_text
from gateway.policy.names import shown

_LINE = 78
"""RFC 5322 section 2.1.1."""


def prefixed(prefix: str, name: bytes, value: bytes) -> bytes:
    """Return a Subject field with the prefix; as it came where it says so already.

    `name` reaches to the colon, `value` to the end of the field.
    """
    word = shown(prefix, utf8=True)
    if not word or word.casefold() in decode_words(to_text(unfold(value))).casefold():
        return name + value
    rest = value.lstrip(b" \t")
    blanks = value[: len(value) - len(rest)] or b" "
    written = _written(word, is_followed_by_word=rest.lstrip().startswith(b"=?"))
    first = rest.partition(b"\n")[0].rstrip(b"\r")
    fits = len(name) + len(blanks) + len(written) + 1 + len(first) <= _LINE
    gap = b"" if not first else b" " if fits else b"\r\n "
    return name + blanks + written + gap + rest


def new_subject(prefix: str) -> bytes:
    """Return the field for a message that has none."""
    word = shown(prefix, utf8=True)
    return b"Subject: " + _written(word, is_followed_by_word=False) + b"\r\n" if word else b""


def _written(word: str, *, is_followed_by_word: bool) -> bytes:
    """Write the prefix: as it is where that can be, else as an encoded word (RFC 2047 section 2)."""
    if word.isascii() and not word.startswith("=?"):
        return word.encode("ascii")
    # White space between two encoded words is not shown (RFC 2047 section 6.2), so that it must be in one.
    text = (word + " " * is_followed_by_word).encode("utf-8")
    cuts = _pieces(text)
    return b"\r\n ".join(b"=?utf-8?b?" + base64.b64encode(piece) + b"?=" for piece in cuts)


def _pieces(text: bytes) -> list[bytes]:
    """Cut between characters, so that each piece makes an encoded word of at most 75 characters."""
    pieces = [b""]
    for char in text.decode("utf-8"):
        if len(pieces[-1]) + len(char.encode()) > 42:
            pieces.append(b"")
        pieces[-1] += char.encode()
    return pieces
