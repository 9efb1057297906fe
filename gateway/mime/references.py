"""Character references in attribute values, as browsers read them (HTML, section 13.2.5.72 and following)."""

import re
from html.entities import html5

_REFERENCE = re.compile(r"&(?:#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,9}));?|([A-Za-z][A-Za-z0-9]{0,31})(;|=?))")
_WINDOWS = bytes(range(0x80, 0xA0)).decode("cp1252", "replace")
"""Numbers of control characters mean what Windows shows for them."""


def unescaped(value: str) -> str:
    """Return an attribute's value without references; a name without its semicolon counts at the end of a word only."""
    return _REFERENCE.sub(_character, value) if "&" in value else value


def _character(found: re.Match[str]) -> str:
    hexadecimal, decimal, name, end = found.groups()
    if name:
        known = html5.get(name + ";") if end == ";" else None if end else html5.get(name)
        return known if known is not None else found[0]
    number = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if 0x80 <= number < 0xA0:
        return _WINDOWS[number - 0x80]
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
