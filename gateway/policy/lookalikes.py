"""Characters of file names that are not what they look like: unseen ones, dots that are none, borrowed letters.

Judging folds them, so that no spelling of an extension hides it; nothing is ever renamed.
"""

import unicodedata
from collections.abc import Mapping

BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks by category, but nothing is seen of them."""
_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x1810))))
"""Variation selectors: marks by category, but only a wish about the letter before."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

_DOTS = (
    "\u00b7\u0387\u05c5\u06d4\u0701\u0702\u1362\u2022\u2024\u2027\u2219\u22c5\u2e31\u2e33\u3002\u30fb\ua4f8\ua60e"
    "\ua78f\ufe52\uff0e\uff61\uff65\U00010a50\U0001d16d"
)
_SLASHES = "\u2044\u2215\u29f8\u29f6\u2571\u27cb\u3033\u4e3f\u29f5\u29f9\u2216\u2572"
_LETTERS: Mapping[str, str] = {
    "a": "\u0430\u0251\u03b1\u1d00",
    "b": "\u042c\u0299\u0185\u15af",
    "c": "\u0441\u03f2\u1d04\u217d",
    "d": "\u0501\u0257\u1d05\u217e",
    "e": "\u0435\u03b5\u04bd\u0454\u1d07\u212e",
    "f": "\u0493\u0192\ua730",
    "g": "\u0261\u0581\u0262\u1d83",
    "h": "\u04bb\u0570\u043d\u029c",
    "i": "\u0456\u0131\u0269\u03b9\u026a\u04cf",
    "j": "\u0458\u03f3\u0237\u1d0a",
    "k": "\u043a\u03ba\u1d0b",
    "l": "\u04cf\u03b9\u029f\u01c0\u2223\u217c\u05d5",
    "m": "\u043c\u1d0d\u217f",
    "n": "\u043f\u0578\u03b7\u0274",
    "o": "\u043e\u03bf\u0585\u1d0f\u07c0",
    "p": "\u0440\u03c1\u1d18",
    "q": "\u051b\u0563",
    "r": "\u0433\u0280\u1d26",
    "s": "\u0455\ua731\u0282",
    "t": "\u0442\u03c4\u1d1b",
    "u": "\u03c5\u057d\u1d1c\u0446",
    "v": "\u03bd\u0475\u1d20\u2174",
    "w": "\u051d\u03c9\u1d21\u0461",
    "x": "\u0445\u03c7\u2179\u00d7",
    "y": "\u0443\u03b3\u028f\u04af",
    "z": "\u1d22\u0290",
    "3": "\u0437\u04e1\u0292",
}
"""Letters of Cyrillic, Greek, Armenian and phonetic alphabets that look like Latin ones."""
_AS_LATIN = {
    **{ord(dot): "." for dot in _DOTS},
    **{ord(slash): "/" for slash in _SLASHES},
    **{ord(like): letter for letter, likes in _LETTERS.items() for like in likes},
}


def without_unseen(text: str, kept: str = "") -> str:
    """Drop what nobody sees: controls, marks of direction, joiners, selectors; `kept` says which stay."""
    unseen = {ord(char): None for char in set(text) if char not in kept and _is_unseen(char)}
    return text.translate(unseen) if unseen else text


def latinised(text: str) -> str:
    """Write lower-case text as an eye that expects Latin letters reads it: no marks, no borrowed letters or dots."""
    if text.isascii():
        return text
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if unicodedata.category(char)[0] != "M")
    return bare.translate(_AS_LATIN)


def _is_unseen(char: str) -> bool:
    if char.isascii():
        return not char.isprintable()
    return char in BLANK_LETTERS or char in _SELECTORS or unicodedata.category(char) in _UNSEEN
