"""Text from strangers, made safe to show.

A file name may hold terminal escapes, line ends and marks that turn the direction of writing. What is
shown holds only printable characters; the rest is written as Python writes it in a string.
"""

_SHOWN = 200


def visible(text: str, most: int = _SHOWN) -> str:
    """Return `text` with every unprintable character escaped, at most `most` characters of it."""
    cut = text[:most]
    if not cut.isprintable():
        cut = "".join(one if one.isprintable() else ascii(one)[1:-1] for one in cut)
    return cut if len(text) <= most else f"{cut}…"
