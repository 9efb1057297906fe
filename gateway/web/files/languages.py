"""Which language a page speaks: the reader's, of those that the tenant has (RFC 9110 section 12.5.4)."""

import re
from collections.abc import Sequence

_RANGE = re.compile(
    r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]{1,40})?\s*(?:;\s*q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*)?"
)
_MOST = 1000
"""Characters of the field that are looked at."""


def chosen(accept: str, offered: Sequence[str]) -> str:
    """Return the offered language that the field likes best; the first where it likes none, or is not there."""
    weights: dict[str, float] = {}
    for one in accept[:_MOST].split(","):
        if found := _RANGE.fullmatch(one):
            weights.setdefault(found[1].lower(), float(found[2] or 1))
    liked = {one: weights.get(one.partition("-")[0].lower(), weights.get("*", 0.0)) for one in offered}
    return max(offered, key=liked.__getitem__)
