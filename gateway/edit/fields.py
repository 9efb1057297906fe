"""Header fields of a rebuilt message: structural ones in one plain form, others as they came.

Nothing that a sender wrote can end a field, begin another, or be read in two ways.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from gateway.mime.fields import STRUCTURAL

_LINE_END = re.compile(rb"\r?\n")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_STARTS_FIELD = re.compile(rb"[ \t]+Content-", re.IGNORECASE)
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,120}/[a-z0-9!#$&^_.+-]{1,120}")
_KEPT = frozenset({"boundary", "charset", "format", "delsp", "method", "report-type", "type", "start"})
"""Parameters that mean something to readers; a file name is written by us."""
_VALUE = re.compile(r"[!#-\[\]-~](?:[ !#-\[\]-~]{0,150}[!#-\[\]-~])?")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 _.,+@~!#$&()\[\]{}^-]+")
_UNSAFE = frozenset('":*?<>|%;=')
_LONGEST_NAME = 200
_PIECE = 60
"""Characters of one section of an extended parameter (RFC 2231 section 3)."""


def kept(name: bytes, raw: bytes) -> bytes:
    """Return a field as it came; empty where it is structural. Bytes that readers differ on become blanks."""
    if name in STRUCTURAL:
        return b""
    lines = [_CONTROL.sub(b" ", line) for line in _LINE_END.split(raw) if line.strip(b" \t\r")]
    if any(map(_STARTS_FIELD.match, lines[1:])):
        lines = [b"".join(lines)]
    return b"\r\n".join(lines) + b"\r\n"


def content_type(media_type: str, params: Iterable[tuple[str, str]], names: Sequence[str]) -> bytes:
    """Return a Content-Type field; a second parameter of a name is left out, as readers should."""
    known = {name: value for name, value in reversed(tuple(params)) if name in _KEPT and _VALUE.fullmatch(value)}
    shown = media_type if _TYPE.fullmatch(media_type) else "application/octet-stream"
    pieces = [f"Content-Type: {shown}", *(f'{name}="{value}"' for name, value in known.items())]
    return _joined([*pieces, *_named("name", names)])


def disposition(word: str, names: Sequence[str], *, is_file: bool) -> bytes:
    """Return a Content-Disposition field, or nothing for a body."""
    if not is_file and not names and word != "inline":
        return b""
    shown = "inline" if word == "inline" else "attachment"
    return _joined([f"Content-Disposition: {shown}", *_named("filename", names)])


def _named(parameter: str, names: Sequence[str]) -> list[str]:
    """Write the first name: plain where that can be, else extended (RFC 2231 section 4)."""
    name = _clean(names[0]) if names else ""
    if not name:
        return []
    if _PLAIN_NAME.fullmatch(name):
        return [f'{parameter}="{name}"']
    escaped = "".join(chr(byte) if chr(byte).isalnum() and byte < 128 else f"%{byte:02X}" for byte in name.encode())
    sections = re.findall(rf"(?:%..|.){{1,{_PIECE // 3}}}", escaped)
    charset = "UTF-8''"
    if len(sections) == 1:
        return [f"{parameter}*={charset}{escaped}"]
    return [f"{parameter}*{at}*={charset if at == 0 else ''}{one}" for at, one in enumerate(sections)]


def _clean(name: str) -> str:
    """Take out folders and what is no character of a name; keep its end, where the extension stands."""
    last = re.split(r"[/\\]", name.rstrip("/\\"))[-1]
    shown = "".join("_" if one in _UNSAFE else one for one in last if unicodedata.category(one)[0] != "C")
    return shown.strip(" .")[-_LONGEST_NAME:]


def _joined(pieces: Sequence[str]) -> bytes:
    return ";\r\n\t".join(pieces).encode("ascii") + b"\r\n"
