"""File names from hostile mail: what they claim, what a client may make of them, how to show them.

Judging reads a name in every way that some client does; showing yields something that is safe in a
reply, a log and a header field. Nothing here looks at content.
"""

import re
import unicodedata
from functools import lru_cache

SHOWN_LENGTH = 60
"""Characters of a name in a reply (a reply line holds 512 octets)."""
_JUDGED_LENGTH = 300
"""Characters of a name that are looked at from either end; file systems stop at 255."""
_EXTENSION_LENGTH = 20
"""The longest extension in the families is 19 characters."""
_NEVER_A_WORD = frozenset(
    {"bat", "cmd", "cpl", "dll", "exe", "hta", "jar", "jse", "lnk", "msi", "pif", "ps1", "scr", "vbe", "vbs", "wsf"}
)
"""Extensions that count before another one too; com, js or app there are words (example.com.pdf, Node.js.pdf)."""
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks by category, but nothing is seen of them."""
_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"
"""Control characters that are white space too: shown as a blank, not as nothing."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_STREAM = re.compile(r"(?::[^:]*)?:\$[a-z_]+$", re.IGNORECASE)
"""NTFS stream suffix: `a.exe::$DATA` is the file a.exe."""
_CUT = re.compile(r"[\0\r\n]")
"""Where clients written in C, and careless ones, take a name to end."""


def claimed(name: str) -> str:
    """Return the extension that a name shows, lower case; empty where it has none.

    What follows the last dot of "Offer no. 12", "Meeting 21.11.2026" or "Dr. Who" is no extension.
    """
    last = _seen(name[-_JUDGED_LENGTH:]).rpartition(".")
    token = last[2] if last[1] else ""
    is_extension = token and not token.isdecimal() and len(token) <= _EXTENSION_LENGTH and not re.search(r"\s", token)
    return token if is_extension else ""


def readings(name: str) -> frozenset[str]:
    """Return every extension that some client could act on, lower case.

    Those are the last one, one of a program before it, and the same of the name cut at a NUL or line end.
    """
    forms = {name[-_JUDGED_LENGTH:], _CUT.split(name[:_JUDGED_LENGTH], maxsplit=1)[0]}
    found: set[str] = set()
    for form in forms:
        pieces = [piece.strip() for piece in _seen(form).split(".")[1:]]
        found.update(pieces[-1:])
        found.update(_NEVER_A_WORD.intersection(pieces[-2:-1]))
    return frozenset(found - {""})


def shown(name: str, *, utf8: bool = False) -> str:
    """Return a name that is safe inside double quotes: one line, nothing unseen, no quote or backslash.

    At most 60 characters, the end kept because it holds the extension; ASCII unless `utf8`.
    """
    if len(name) > 2 * _JUDGED_LENGTH:
        name = name[:_JUDGED_LENGTH] + name[-_JUDGED_LENGTH:]
    text = _without_unseen(name, _SPACES)
    text = re.sub(r"\s+", " ", text).strip()
    text = text.replace('"', "'").replace("\\", "/")
    if not utf8:
        text = "".join(char if char.isascii() else "?" for char in text)
    if len(text) > SHOWN_LENGTH:
        text = f"{text[: SHOWN_LENGTH - 23]}...{text[-20:]}"
    return text


@lru_cache(maxsize=1024)  # one name is asked for several times, and a name often stands in a message twice
def _seen(name: str) -> str:
    """Fold a name to what a file system and an eye make of it: base name, no tail, no unseen characters."""
    text = _without_unseen(unicodedata.normalize("NFKC", name), "").lower()
    text = text.replace("\\", "/").rstrip("/ ").rpartition("/")[2]
    return _STREAM.sub("", text).rstrip(" .\"'")


def _without_unseen(text: str, kept: str) -> str:
    unseen = {ord(char): None for char in set(text) if char not in kept and _is_unseen(char)}
    return text.translate(unseen) if unseen else text


def _is_unseen(char: str) -> bool:
    if char.isascii():
        return not char.isprintable()
    return char in _BLANK_LETTERS or unicodedata.category(char) in _UNSEEN
