"""What the sender's program called a message: the one name of it that every log along the way holds."""

import re

_FIELD = re.compile(rb"(?:\A|\n)message-id[ \t]*:[ \t]*((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE)
_HEAD_END = re.compile(rb"\n\r?\n")
_LONGEST = 250
"""Characters; names beyond it are nobody's (RFC 5322 section 2.1.1 has lines of 78)."""


def message_id(start: bytes) -> str:
    """Return the Message-ID in the header that `start` holds; empty where there is none. Printable ASCII only."""
    end = _HEAD_END.search(start)
    found = _FIELD.search(start, 0, end.start() + 1 if end else len(start))
    value = b"".join(found[1].split()) if found else b""
    text = value[:_LONGEST].decode("ascii", "backslashreplace")
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
