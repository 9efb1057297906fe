"""Files that a PDF carries (ISO 32000-1 section 7.11.4): in its list of files, as a mark on a page, beside an object.

All ways lead through a file specification with an /EF entry, so these are looked for and nothing else.
"""

import re
from typing import Final

from gateway.unpack.pdf_objects import plain

_EMBEDDED = re.compile(rb"/EF\s*(?:<<(.*?)>>|([0-9]{1,10})\s+[0-9]{1,5}\s+R)", re.DOTALL)
_REFERENCE = re.compile(rb"([0-9]{1,10})\s+[0-9]{1,5}\s+R\b")
_NAMED = re.compile(
    rb"/(?:UF|F|DOS|Mac|Unix)[\0\t\n\x0c\r ]*(?:\(((?:[^()\\]++|\\.|\((?:[^()\\]++|\\.)*\))*)\)|<([0-9A-Fa-f\s]+)>)",
    re.DOTALL,
)
_ESCAPED = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|.))", re.DOTALL)
_LETTERS: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"} | dict.fromkeys(
    (b"\n", b"\r", b"\r\n"), b""
)


def referred(text: bytes) -> list[int]:
    """Return the numbers of the streams that the file specifications in `text` name."""
    numbers: list[int] = []
    for inside, number in _EMBEDDED.findall(plain(text)):
        numbers += map(int, _REFERENCE.findall(inside)) if inside else [int(number)] if number else []
    return list(dict.fromkeys(numbers))


def links(text: bytes) -> list[int]:
    """Return the numbers of all objects that `text` refers to."""
    return list(map(int, _REFERENCE.findall(plain(text))))


def file_names(text: bytes) -> tuple[str, ...]:
    """Return every name that a file specification gives its file."""
    names = (
        _decoded(bytes.fromhex(digits.decode("ascii")) if _is_whole(digits) else _unescaped(literal))
        for literal, digits in _NAMED.findall(text)
    )
    return tuple(dict.fromkeys(name for name in names if name))


def _is_whole(digits: bytes) -> bool:
    return bool(digits) and len(b"".join(digits.split())) % 2 == 0


def _unescaped(literal: bytes) -> bytes:
    """Undo the escapes of a literal string (7.3.4.2)."""
    return _ESCAPED.sub(
        lambda found: bytes((int(found[1], 8) & 0xFF,)) if found[1] else _LETTERS.get(found[2], found[2]), literal
    )


def _decoded(raw: bytes) -> str:
    """Read a text string (7.9.2.2)."""
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "replace")
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw[3:].decode("utf-8", "replace")
    return raw.decode("latin-1")
