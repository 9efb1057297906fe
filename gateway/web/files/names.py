"""The name of a file in a header field: it cannot end the field, name a folder, or become a file of the system.

RFC 6266 with RFC 8187: an ASCII form for old readers, and the whole name in UTF-8 for all others.
"""

import re
import unicodedata
from urllib.parse import quote

_MOST = 120
"""Characters; file systems stop at 255 bytes."""
_NEVER = re.compile(r'[\x00-\x1f\x7f-\x9f"\\/:*?<>|%\u2028\u2029]')
"""What ends a field or a quoted string, names a folder or a stream, or is decoded twice by somebody."""
_UNPRINTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z)", re.IGNORECASE)
_ATTR_CHAR = "!#$&+^`|~"
"""What RFC 8187 allows beside letters, digits and `-._~`."""


def attachment(name: str) -> str:
    """Return the value of Content-Disposition for a download under `name`."""
    safe = saved(name)
    plain = unicodedata.normalize("NFKD", safe).encode("ascii", "ignore").decode()
    plain = saved(plain) if plain.rpartition(".")[0].strip() or plain == safe else saved(f"file{_ending(plain)}")
    if plain == safe:
        return f'attachment; filename="{plain}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe=_ATTR_CHAR)}"


def saved(name: str) -> str:
    """Return the name under which the file is saved: one line, one segment, its ending kept."""
    visible = "".join(one for one in name if unicodedata.category(one) not in _UNPRINTED)
    text = re.sub(r"\s+", " ", _NEVER.sub("_", visible)).strip(" .")
    if len(text) > _MOST:
        text = text[: _MOST - 20] + text[-20:]
    if _RESERVED.match(text):
        text = f"_{text}"
    return text or "file"


def _ending(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return f".{ending}" if dot and not stem.strip() else ""
