"""Names in a PDF that tell of scripts, actions, files and hidden objects, in every spelling (ISO 32000-1 7.3.5)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from gateway.unpack.opener import Unreadable

ACTIVE = (
    *("JavaScript", "Launch", "SubmitForm", "ImportData", "GoToE", "Rendition", "RichMedia", "OnInstantiate"),
    *("XFA", "U3D", "PRC"),
)
"""Scripts, programs, forms that send or fetch data, and media that readers run code of."""
TELLING = ("GoToR", "ObjStm", "First", "EF", "EmbeddedFile", "Encrypt")
"""What has to be looked at more closely."""

_MOST = 100_000


def _spelled(name: str) -> bytes:
    """Match a name with any of its letters written as #xx."""
    return b"".join(b"(?:%c|#%X%s)" % (one, one >> 4, _hex_digit(one & 15)) for one in name.encode("ascii"))


def _hex_digit(value: int) -> bytes:
    return b"%X" % value if value < 10 else b"[%X%x]" % (value, value)


_ALL = (*ACTIVE, *TELLING)
_FIRST_LETTERS = "".join(sorted({name[0] for name in _ALL})).encode("ascii")
_PATTERN = re.compile(
    rb"/(?=[#"
    + _FIRST_LETTERS
    + rb"])(?:"
    + b"|".join(b"(" + _spelled(name) + b")" for name in _ALL)
    # What follows is a value or the next key; a name of two letters stands in packed data by chance.
    + rb")(?=[\0\t\n\x0c\r ]|[(<\[/>%]|[\]]|\Z)"
)


def places(text: bytes | memoryview) -> Mapping[str, list[int]]:
    """Return the offsets behind each of the names."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for match in _PATTERN.finditer(text):
        told = found[_ALL[(match.lastindex or 1) - 1]]
        if len(told) > _MOST:
            raise Unreadable("too many names of one kind")
        told.append(match.end())
    return found


def active(names: Iterable[str]) -> list[str]:
    """Return those of the names that stand for something active, in the order of this module."""
    known = set(names)
    return [name for name in ACTIVE if name in known]
