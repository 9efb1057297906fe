"""Mailbox files (RFC 4155): where the one message of a file begins."""

import re

from gateway.mime.buffer import Buffer

_LINE = re.compile(rb"From [^\r\n]{3,200}\r?\n")
_ANOTHER = re.compile(rb"\nFrom [^\r\n]{3,200}\r?\n(?=[A-Za-z][A-Za-z0-9-]{1,40}:)")


def mailbox_start(data: Buffer) -> int:
    """Return the offset of the message in a file; -1 if the file is a mailbox of several."""
    first = _LINE.match(data)
    if first is None:
        return 0
    return -1 if data.find(b"\nFrom ") >= 0 and _ANOTHER.search(data, first.end()) else first.end()
