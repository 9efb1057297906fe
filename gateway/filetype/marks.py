"""Marks of files that have no business inside or behind a picture, film or document.

Each mark is long enough that 50 MB of random bytes (what compressed pictures look like) hold any of them with a
chance below one in a million; a tag or word therefore counts only with a stretch of plain text behind it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ahocorasick_rs import BytesAhoCorasick, MatchKind

_PLAIN = rb"[\t\n\r -~]"
_ELEMENTS = (
    b"html|script|iframe|svg|body|object|embed|applet|form|img|meta|job|hta:application|style|math|xsl:stylesheet"
)

_FOUND_ANYWHERE: tuple[tuple[bytes, bytes], ...] = (
    (b"PK\x03\x04", rb"PK\x03\x04[\x0a-\x3f]\0.[\0-\x0f][\0\x01\x08\x09\x0c\x0e\x5f\x63]\0"),
    (b"Rar!\x1a\x07", rb"Rar!\x1a\x07[\0\x01]"),
    (b"7z\xbc\xaf\x27\x1c\0", rb"7z\xbc\xaf\x27\x1c\0"),
    (b"PE\0\0", rb"MZ.{58}..\0\0.{0,512}?PE\0\0"),
    (b"This program ", rb"This program (?:cannot be|must be) run "),
    (
        b"<",
        rb"<(?=[A-Za-z!?][A-Za-z]{2})(?:(?i:" + _ELEMENTS + rb")[\s>/]" + _PLAIN + rb"{12}"
        rb"|!(?i:doctype)\s|\?(?i:php)\s" + _PLAIN + rb"{12})",
    ),
    (b"%PDF-1.", rb"%PDF-1\.[0-7]\s"),
)
"""What some reader finds wherever it stands, or what nobody writes by accident: what it must hold, and its form."""
_REST: tuple[tuple[bytes, bytes], ...] = (
    (b"<", rb"<(?:\?=" + _PLAIN + rb"{20}|%" + _PLAIN + rb"{24}|(?i:script|html|body)>)"),
    (b"MSCF\0\0\0\0", rb"MSCF\0{4}.{4}\0{4}"),
    (b"\x7fELF", rb"\x7fELF[\x01\x02][\x01\x02]\x01"),
    (b"\x14\x02\0\0\0\0\0\xc0", rb"L\0\0\0\x01\x14\x02\0{5}\xc0"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    (b"\xfd7zXZ\0\0", rb"\xfd7zXZ\0\0[\0\x01\x04\x0a]"),
    (b"1AY&SY", rb"BZh[1-9]1AY&SY"),
    (b"ustar", rb"ustar(?:\x0000|  \0)"),
    (b"\x01CD001\x01", rb"\x01CD001\x01"),
    (b"**ACE**", rb"\*\*ACE\*\*"),
    (b"!<arch>\n", rb"!<arch>\n"),
    (b"xar!\0\x1c\0\x01", rb"xar!\0\x1c\0\x01"),
    (b"{\\rtf1", rb"\{\\rtf1[\\\s]"),
    (b"ITSF\x03\0\0\0", rb"ITSF\x03\0\0\0"),
    (b"\xca\xfe\xba\xbe\0\0\0", rb"\xca\xfe\xba\xbe\0\0\0[\x2d-\x4f]"),
    (b"\xcf\xfa\xed\xfe", rb"\xcf\xfa\xed\xfe[\x07\x0c]\0\0\x01"),
    (b"dex\n03", rb"dex\n03[5-9]\0"),
    (b"\0asm\x01\0\0\0", rb"\0asm\x01\0\0\0"),
    (b"#!/", rb"#!/(?:bin|usr|sbin)/"),
    (b"@", rb"@(?i:echo off)\s"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """One mark: bytes that it always holds, and its form."""

    literal: bytes
    form: re.Pattern[bytes]


class Marks:
    """Marks that are looked for together."""

    def __init__(self, forms: Sequence[tuple[bytes, bytes]]) -> None:
        """Take what each mark must hold, and its form."""
        self.marks = tuple(Mark(literal, re.compile(form, re.DOTALL)) for literal, form in forms)
        self.common = tuple(mark for mark in self.marks if len(mark.literal) == 1)
        """Those whose literal is in nearly any data."""
        rare = [mark.literal for mark in self.marks if mark not in self.common]
        self._rare = BytesAhoCorasick(rare, matchkind=MatchKind.LeftmostFirst)  # the kind that uses vector instructions

    def has_rare(self, data: bytes) -> bool:
        """Tell whether any of the other literals is in `data`, twenty times faster than one after the other."""
        return bool(self._rare.find_matches_as_indexes(data))


ANYWHERE = Marks(_FOUND_ANYWHERE)
"""The marks worth a search through data that no reader skips."""
ALL = Marks(_FOUND_ANYWHERE + _REST)
"""Those and the rest, for data that no picture or sound is made of."""
_LONGEST = max(len(mark.literal) for mark in ALL.marks)
_WINDOW = 28_000
"""Where Python looks for several bytes by skipping most of them: in shorter stretches than 30,000 bytes."""


def mark_behind(
    view: bytes | memoryview, start: int, stop: int | None = None, among: Marks = ALL
) -> re.Match[bytes] | None:
    """Find the mark of an archive, a program, a page or a script anywhere between two offsets."""
    end = len(view) if stop is None else min(stop, len(view))
    possible, has_rare = set[Mark](), False
    for at in range(start, end, _WINDOW):
        window = bytes(view[at : min(at + _WINDOW + _LONGEST, end)])
        has_rare = has_rare or among.has_rare(window)  # once: data full of literals would make a long list each time
        marks = among.marks if has_rare else among.common
        possible.update(mark for mark in marks if window.find(mark.literal) >= 0)
    wanted = (mark for mark in among.marks if mark in possible)
    return next((found for mark in wanted if (found := mark.form.search(view, start, end))), None)


def shown(mark: bytes) -> str:
    """Write a mark so that a person can read it."""
    return mark[:16].decode("ascii", "backslashreplace")
