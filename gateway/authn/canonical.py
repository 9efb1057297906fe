"""The two canonical forms of RFC 6376 section 3.4, at the speed of C also for hostile bodies.

Bodies go through a few whole-buffer operations, each of which is skipped where there is nothing to do: base64
in lines has neither tabs nor two blanks in a row nor a blank at a line's end.
"""

import re

_LINE_END = re.compile(rb"\r?\n")
_BLANKS = re.compile(rb"[ \t]+")
_TABS = bytes.maketrans(b"\t", b" ")
_LINE_ENDS = re.compile(rb"(?:\n\r)*")
"""Read backwards."""


def relaxed_field(raw: bytes) -> bytes:
    """Return a field in relaxed form, without a line end."""
    name, _, value = raw.partition(b":")
    unfolded = _BLANKS.sub(b" ", _LINE_END.sub(b"", value)).strip(b" ")
    return name.rstrip(b" \t").lower() + b":" + unfolded


def simple_field(raw: bytes) -> bytes:
    """Return a field as it came, without its line end."""
    return raw.removesuffix(b"\n").removesuffix(b"\r")


def relaxed_body(body: bytes) -> bytes:
    """Return a body in relaxed form."""
    if b"\t" in body:
        body = body.translate(_TABS)
    if b" " in body:
        while b"  " in body:  # each turn halves the longest run
            body = body.replace(b"  ", b" ")
        body = body.replace(b" \r\n", b"\r\n").removesuffix(b" ")
    body = _ended(body)
    return b"" if body == b"\r\n" else body


def simple_body(body: bytes) -> bytes:
    """Return a body in simple form; an empty one is a line end."""
    return _ended(body)


def _ended(body: bytes) -> bytes:
    """Let a body end in one line end: empty lines go, a last line without gets one. No copy where nothing is to do."""
    tail = body[len(body.rstrip(b"\r\n")) :]
    found = _LINE_ENDS.match(tail[::-1])
    ends = found.end() if found else 0
    return body[: len(body) - ends + 2] if ends else body + b"\r\n"
