"""Text in ASCII, for places whose character set nobody knows."""

import unicodedata

_SPELLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "œ": "oe", "«": '"', "»": '"'}
    | {"\u2013": "-", "\u2014": "-", "\u2026": "...", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"'}
)


def in_ascii(text: str) -> bytes:
    """Return the text as somebody without the right keys would type it; what cannot be typed is a question mark."""
    plain = unicodedata.normalize("NFKD", text.translate(_SPELLED))
    bare = "".join(char for char in plain if unicodedata.category(char) != "Mn")
    return bare.encode("ascii", "replace")
