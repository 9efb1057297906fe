"""Texts in character sets that do not contain ASCII (UTF-7, UTF-16, UTF-32, EBCDIC), as UTF-8.

Markup and scripts in them show only after decoding, which is what a mail program does by the charset parameter.
"""

from functools import lru_cache

from gateway.mime.words import is_known_charset

_SAMPLE = "<html>data:text/html;base64,+ADw-script+AD4-</html>\n"
_MOST_NAME = 40


def as_utf8(raw: bytes | memoryview, charset: str) -> bytes | None:
    """Return the text as UTF-8; None where its character set contains ASCII or is unknown."""
    name = charset.lower().replace("-", "_")
    if len(name) > _MOST_NAME or not is_known_charset(name) or _holds_ascii(name):
        return None
    return str(raw, name, "replace").encode("utf-8", "replace")


@lru_cache(maxsize=256)
def _holds_ascii(name: str) -> bool:
    try:
        return _SAMPLE.encode("ascii").decode(name, "replace") == _SAMPLE
    except LookupError:  # known to the table, and no text encoding
        return True
