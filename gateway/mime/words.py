"""Text from header bytes: charsets, encoded words (RFC 2047), percent encoding (RFC 2231).

For matching and showing only; nothing here is ever written back. Never raises on content: what cannot be
decoded is read as Latin-1, so that every ASCII character (a file extension, say) stays what it is.
"""

import binascii
import re
from encodings.aliases import aliases
from urllib.parse import unquote_to_bytes

# Only names from this table are looked up: Python keeps every unknown name that it was asked for, and the
# codecs outside the table (idna, punycode) take quadratic time.
_CHARSETS = frozenset(aliases) | frozenset(aliases.values()) | {"koi8_u", "cp874"}

_WORD = re.compile(r"=\?([^?\s]*)\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)[ \t]+(?==\?[^?\s]*\?[bBqQ]\?)")


def is_known_charset(name: str) -> bool:
    """Tell whether text may be decoded in the charset, written as Python writes it."""
    return name in _CHARSETS


def to_text(raw: bytes, charset: str = "utf-8") -> str:
    """Decode in the named charset, as Latin-1 where that is unknown or does not fit."""
    name = charset.lower().replace("-", "_")
    if name in _CHARSETS:
        try:
            text = raw.decode(name)
            text.encode("utf-8")  # UTF-7 can make lone surrogates, which nobody could write to a log
        except (LookupError, ValueError):
            return raw.decode("latin-1")
        return text
    return raw.decode("latin-1")


def decode_words(text: str) -> str:
    """Replace encoded words; as lenient as mail programs: also inside quoted strings and other words."""
    if "=?" not in text:
        return text
    out: list[str] = []
    waiting: list[bytes] = []
    charset, at = "", 0
    text = _BETWEEN_WORDS.sub(r"\1", text)
    for word in _WORD.finditer(text):
        named = word[1].partition("*")[0]  # RFC 2231 section 5: a language may follow the charset
        # QUIRK: a character may be cut between two words (RFC 2047 section 5 forbids it); readers join them.
        if word.start() != at or named != charset:
            out += to_text(b"".join(waiting), charset), text[at : word.start()]
            waiting, charset = [], named
        waiting.append(_word_bytes(word[2], word[3]))
        at = word.end()
    out += to_text(b"".join(waiting), charset), text[at:]
    return "".join(out)


def _word_bytes(encoding: str, payload: str) -> bytes:
    raw = payload.encode("utf-8")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    raw = raw.rstrip(b"=")
    for whole in (raw, raw[:-1]):  # a single left-over character carries no byte
        try:
            return binascii.a2b_base64(whole + b"==")
        except binascii.Error:
            continue
    return raw


def percent_decode(text: str, charset: str = "utf-8") -> str:
    """Decode the %XX of an extended parameter value (RFC 2231 section 4)."""
    return to_text(unquote_to_bytes(text), charset or "utf-8")
