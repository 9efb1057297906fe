"""Every file name that some mail program would show for a part.

Decoded but not cleaned: invisible characters, paths and trailing dots are for whoever judges the name.
"""

import re
from collections.abc import Iterator, Sequence

from gateway.mime.params import Structured
from gateway.mime.words import decode_words

_AUTHORITY = re.compile(r"\A(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/]*)?")


def names_of(dispositions: Sequence[Structured], types: Sequence[Structured], location: str = "") -> tuple[str, ...]:
    """Return the names in the order in which mail programs prefer them, without repetition.

    `location` is the Content-Location; its last segment is a name only where nothing else is (RFC 2557).
    """
    # QUIRK: some programs take either word in either field.
    wanted = ((dispositions, "filename"), (types, "name"), (dispositions, "name"), (types, "filename"))
    values = [value for fields, word in wanted for one in fields if one.params for value in one.values(word)]
    names = tuple(dict.fromkeys(filter(None, _read(values))))
    return names or tuple(filter(None, (_last_segment(location),)))


def _read(values: Sequence[str]) -> Iterator[str]:
    """Yield each value, and what programs show that decode words in extended values too."""
    for value in values:
        yield value
        yield decode_words(value)


def _last_segment(location: str) -> str:
    if not location:
        return ""
    path = _AUTHORITY.sub("", location.strip()).partition("?")[0].partition("#")[0]
    return decode_words(path.rpartition("/")[2])
