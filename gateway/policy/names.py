"""File names from hostile mail: what they claim, what a client may make of them, how to show them.

Judging reads a name in every way that some client does; showing yields something that is safe in a
reply, a log and a header field. Nothing here looks at content.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from urllib.parse import unquote

from gateway.policy.lookalikes import latinised, without_unseen

SHOWN_LENGTH = 60
"""Characters of a name in a reply (a reply line holds 512 octets)."""
CLASS_ID = "class-id"
"""Stands for an extension like `.{3050F4D8-…}`, by which Windows starts a registered program."""
_MOST = 16 * 1024
"""Characters of a name that are looked at from either end."""
_JUDGED_LENGTH = 300
"""And after what is unseen is gone; file systems stop at 255."""
_CUT_OFF_AT = (255, 259, 260)
"""Where file systems and programs cut a name off."""
_LONG = 127
_EXTENSION_LENGTH = 20
"""The longest extension in the families is 19 characters."""
_NEVER_A_WORD = frozenset(
    {"bat", "cmd", "cpl", "dll", "exe", "hta", "jar", "jse", "lnk", "msi", "pif", "ps1", "scr", "vbe", "vbs", "wsf"}
)
"""Extensions that count before another one too; com, js or app there are words (example.com.pdf, Node.js.pdf)."""
_WORDS_BEFORE_A_SIGN = frozenset({"com"})
"""Extensions that are words before a colon or semicolon: "example.com: offer.pdf"."""
_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"
"""Control characters that are white space too: shown as a blank, not as nothing."""
_CONTROL = re.compile(r"[\0-\x1f\x7f]")
"""Where clients written in C, and careless ones, take a name to end."""
_SIGN = re.compile(r"[;:]")
"""Where a parameter ends for a careless parser, and a stream of a file begins on NTFS."""
_MOST_SIGNS = 8
_FORBIDDEN = re.compile(r'[<>"|?*]')
"""What Windows allows in no name; some programs leave it out."""
_OVERRIDE = re.compile("\u202e([^\u202c]*)\u202c?")
_TAIL = re.compile(r"[\s.\"'/]+\Z")
_CLASS_ID = re.compile(r"\.\s*\{[0-9a-f-]{30,40}\}?\Z")
_STREAM = re.compile(r"(?::[^:/]*)?:\$[a-z_]+\Z")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_HONEST_CYRILLIC = frozenset({"\u0440\u0443"})
"""Looks like "py", but Russian names of sites end so."""


def claimed(name: str) -> str:
    """Return the extension that a name shows, lower case; empty where it has none.

    What follows the last dot of "Offer no. 12", "Meeting 21.11.2026", "Dr. Who" or "St.Gallen" is no extension.
    """
    seen = _seen(name)
    if _CLASS_ID.search(seen.lower()):
        return CLASS_ID
    token = seen.rpartition(".")[2] if "." in seen else ""
    is_word = len(token) > 4 and token.isalpha() and token.istitle()
    if not token or not token.isascii() or token.isdecimal() or is_word or re.search(r"\s", token):
        return ""
    return token.lower() if len(token) <= _EXTENSION_LENGTH else ""


def readings(name: str) -> frozenset[str]:
    """Return every extension that some client could act on, lower case.

    Those are the last one, one of a program before it, and the same of the name as it is displayed, percent
    decoded, with look-alikes replaced, and cut where some client takes it to end.
    """
    found: set[str] = set()
    for form in dict.fromkeys(_forms(name)):
        seen = _seen(form).lower()
        for text in dict.fromkeys((seen, *_latin(seen))):
            found |= _extensions(text)
    return frozenset(found)


def shown(name: str, *, utf8: bool = False, most: int = SHOWN_LENGTH) -> str:
    """Return a name that is safe inside double quotes: one line, nothing unseen, no quote or backslash.

    At most `most` characters, the end kept because it holds the extension; ASCII unless `utf8`.
    """
    if len(name) > 2 * _JUDGED_LENGTH:
        name = name[:_JUDGED_LENGTH] + name[-_JUDGED_LENGTH:]
    text = without_unseen(name, _SPACES)
    text = re.sub(r"\s+", " ", text).strip()
    text = text.replace('"', "'").replace("\\", "/")
    if not utf8:
        text = "".join(char if char.isascii() else "?" for char in text)
    if len(text) > most:
        text = f"{text[: most - 23]}...{text[-20:]}"
    return text


def folded(name: str) -> str:
    """Return a name as a file system would keep it: base name, nothing unseen, no blank or dot at its end."""
    return _seen(name)


def _forms(name: str) -> Iterator[str]:
    """Yield the name as it is and as other clients take it."""
    name = _bounded(name)
    decoded = unquote(name) if _PERCENT.search(name) else name
    for text in dict.fromkeys((name, decoded, unquote(decoded))):
        yield text
        yield _CONTROL.split(text, maxsplit=1)[0]
        if "\u202e" in text:
            yield _OVERRIDE.sub(lambda found: found[1][::-1], text)
        if _FORBIDDEN.search(text):
            yield _FORBIDDEN.sub("", text)
        for sign in islice(_SIGN.finditer(text), _MOST_SIGNS):
            start = text[: sign.start()]
            if not _WORDS_BEFORE_A_SIGN & _extensions(_seen(start).lower()):
                yield start
        if len(text) > _LONG:
            yield from (text[:most] for most in _CUT_OFF_AT)
            yield text.encode("utf-8", "replace")[: _CUT_OFF_AT[0]].decode("utf-8", "ignore")


def _latin(seen: str) -> Iterator[str]:
    if not seen.isascii() and seen.rpartition(".")[2] not in _HONEST_CYRILLIC:
        yield _TAIL.sub("", latinised(seen)).rpartition("/")[2]


def _extensions(seen: str) -> set[str]:
    """Return the extensions of a name that is folded already."""
    if _CLASS_ID.search(seen):
        return {CLASS_ID}
    pieces = [piece.strip() for piece in seen.split(".")[1:]]
    before = pieces[:-1] if len(seen) > _LONG else pieces[-2:-1]
    # A fold inside quotes is a blank to some readers, nothing to others (RFC 5322 section 2.2.3).
    joined = ("".join(piece.split()) for piece in pieces[-1:])
    return ({*pieces[-1:]} | _NEVER_A_WORD.intersection((*before, *joined))) - {""}


def _bounded(name: str) -> str:
    return name if len(name) <= 2 * _MOST else name[:_MOST] + name[-_MOST:]


@lru_cache(maxsize=1024)  # one name is asked for several times, and a name often stands in a message twice
def _seen(name: str) -> str:
    """Fold a name to what a file system makes of it: base name, no tail, no unseen characters."""
    text = without_unseen(unicodedata.normalize("NFKC", without_unseen(_bounded(name))))
    text = text.replace("\u0130", "I").replace("\u0131", "i")  # the Turkish i, in extensions of Turkish programs
    if len(text) > 2 * _JUDGED_LENGTH:
        text = text[:_JUDGED_LENGTH] + text[-_JUDGED_LENGTH:]
    text = _TAIL.sub("", text.replace("\\", "/")).rpartition("/")[2]
    stream = _STREAM.search(text.lower())
    return _TAIL.sub("", text[: stream.start()] if stream else text)
