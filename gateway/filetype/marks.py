"""Marks of files that have no business inside or behind a picture, film or document.

Each mark is long enough that 50 MB of random bytes (what compressed pictures look like) hold any of them with a
chance below one in a million; a tag or word therefore counts only with a stretch of plain text behind it.
"""

import re
from collections.abc import Iterable

_PLAIN = rb"[\t\n\r -~]"
_ELEMENTS = (
    b"html|script|iframe|svg|body|object|embed|applet|form|img|meta|job|hta:application|style|math|xsl:stylesheet"
)

_FOUND_ANYWHERE: tuple[bytes, ...] = (
    rb"PK\x03\x04[\x0a-\x3f]\0.[\0-\x0f][\0\x01\x08\x09\x0c\x0e\x5f\x63]\0",
    rb"Rar!\x1a\x07[\0\x01]",
    rb"7z\xbc\xaf\x27\x1c\0",
    rb"MZ.{58}..\0\0.{0,512}?PE\0\0",
    rb"This program (?:cannot be|must be) run ",
    rb"<(?:(?i:" + _ELEMENTS + rb")[\s>/]" + _PLAIN + rb"{12}|!(?i:doctype)\s|\?(?i:php)\s" + _PLAIN + rb"{12})",
    rb"%PDF-1\.[0-7]\s",
)
"""What some reader finds wherever it stands, or what nobody writes by accident."""
_REST: tuple[bytes, ...] = (
    rb"<(?:\?=" + _PLAIN + rb"{20}|%" + _PLAIN + rb"{24}|(?i:script|html|body)>)",
    rb"MSCF\0{4}.{4}\0{4}",
    rb"\x7fELF[\x01\x02][\x01\x02]\x01",
    rb"L\0\0\0\x01\x14\x02\0{5}\xc0",
    rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    rb"\xfd7zXZ\0\0[\0\x01\x04\x0a]",
    rb"BZh[1-9]1AY&SY",
    rb"ustar(?:\x0000|  \0)",
    rb"\x01CD001\x01",
    rb"\*\*ACE\*\*",
    rb"!<arch>\n",
    rb"xar!\0\x1c\0\x01",
    rb"\{\\rtf1[\\\s]",
    rb"ITSF\x03\0\0\0",
    rb"\xca\xfe\xba\xbe\0\0\0[\x2d-\x4f]",
    rb"\xcf\xfa\xed\xfe[\x07\x0c]\0\0\x01",
    rb"dex\n03[5-9]\0",
    rb"\0asm\x01\0\0\0",
    rb"#!/(?:bin|usr|sbin)/",
    rb"@(?i:echo off)\s",
)
# One by one: each begins with a literal, which is what makes a search fast.
ANYWHERE = tuple(re.compile(mark, re.DOTALL) for mark in _FOUND_ANYWHERE)
"""The marks worth a search through data that no reader skips."""
ALL = ANYWHERE + tuple(re.compile(mark, re.DOTALL) for mark in _REST)
"""Those and the rest, for data that no picture or sound is made of."""


def mark_behind(
    view: bytes | memoryview, start: int, stop: int | None = None, among: Iterable[re.Pattern[bytes]] = ALL
) -> re.Match[bytes] | None:
    """Find the mark of an archive, a program, a page or a script anywhere between two offsets."""
    end = len(view) if stop is None else stop
    return next((found for mark in among if (found := mark.search(view, start, end))), None)


def shown(mark: bytes) -> str:
    """Write a mark so that a person can read it."""
    return mark[:16].decode("ascii", "backslashreplace")
