"""Tag lists: `name=value; name=value` (RFC 6376 section 3.2), read strictly."""

import re

_BLANK = b" \t\r\n"
_NAME = re.compile(rb"[A-Za-z][A-Za-z0-9_]*")
_FOLD = re.compile(rb"[ \t\r\n]+")
_SIGNATURE = re.compile(rb"((?:^|;)[ \t\r\n]*b[ \t\r\n]*=)[^;]*")
_NUMBER = re.compile(rb"[0-9]{1,12}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_MOST = 50


class Malformed(Exception):
    """What is wrong, in words for the results field."""


def parse(raw: bytes) -> dict[str, bytes]:
    """Return the tags with their values. Raises Malformed; also for a name that stands twice."""
    tags: dict[str, bytes] = {}
    pieces = raw.split(b";", _MOST)
    if not pieces[-1].strip(_BLANK):
        pieces.pop()
    for piece in pieces:
        name, equals, value = (part.strip(_BLANK) for part in piece.partition(b"="))
        if not equals or not _NAME.fullmatch(name):
            raise Malformed("not a tag list")
        key = name.decode("ascii")
        if key in tags:
            raise Malformed(f"{key[:20]}= stands twice")
        tags[key] = value
    return tags


def without_signature(value: bytes) -> bytes:
    """Return a field's value with an empty `b=`, as it is signed (RFC 6376 section 3.7)."""
    return _SIGNATURE.sub(rb"\1", value, count=1)


def text(tags: dict[str, bytes], name: str, default: str | None = None) -> str:
    """Return a tag as text without folding. Raises Malformed where it is missing or no ASCII."""
    value = tags.get(name)
    if value is None:
        if default is None:
            raise Malformed(f"{name}= is missing")
        return default
    if not value.isascii():
        raise Malformed(f"{name}= is no ASCII")
    return _FOLD.sub(b"", value).decode("ascii")


def number(tags: dict[str, bytes], name: str) -> int | None:
    """Return a tag as number; None where it is not given. Raises Malformed."""
    value = tags.get(name)
    if value is None:
        return None
    if not _NUMBER.fullmatch(value):
        raise Malformed(f"{name}= is no number")
    return int(value)


def base64(tags: dict[str, bytes], name: str) -> bytes:
    """Return a tag of base64 without folding. Raises Malformed."""
    if name not in tags:
        raise Malformed(f"{name}= is missing")
    value = _FOLD.sub(b"", tags[name])
    if not _BASE64.fullmatch(value) or len(value) % 4:
        raise Malformed(f"{name}= is no base64")
    return value
