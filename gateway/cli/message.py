"""Reading a message file as it would arrive by SMTP."""

import sys
from pathlib import Path


def read_message(path: Path) -> tuple[bytes, str]:
    """Return the bytes with CR LF line ends, and a note where they had to be made; - is standard input.

    Files saved on disk mostly have LF line ends; SMTP knows only CR LF (RFC 5321 section 2.3.8).
    """
    data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    whole = data.count(b"\r\n")
    if data.count(b"\n") == whole and data.count(b"\r") == whole:
        return data, ""
    plain = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return plain.replace(b"\n", b"\r\n"), "line ends were made CR LF, as a sending program does"
