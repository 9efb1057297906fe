"""The two canonical forms of RFC 6376 section 3.4, at the speed of C also for hostile bodies.

Bodies go through a few whole-buffer operations, each of which is skipped where there is nothing to do: base64
in lines has neither tabs nor two blanks in a row nor a blank at a line's end.
"""

import re

_LINE_END = re.compile(rb"\r?\n")
_BLANKS = re.compile(rb"[ \t]+")
_TABS = bytes.maketrans(b"\t", b" ")
_EMPTY_LINES = re.compile(rb"(?:\n\r)*")
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
    while b"  " in body:  # each turn halves the longest run
        body = body.replace(b"  ", b" ")
    if b" \r\n" in body:
        body = body.replace(b" \r\n", b"\r\n")
    body = _without_empty_lines(body.removesuffix(b" "))
    return body + b"\r\n" if body else b""


def simple_body(body: bytes) -> bytes:
    """Return a body in simple form; an empty one is a line end."""
    return _without_empty_lines(body) + b"\r\n"


def _without_empty_lines(body: bytes) -> bytes:
    """Take the last line end, and all empty lines before it."""
    tail = body[len(body.rstrip(b"\r\n")) :]
    empty = _EMPTY_LINES.match(tail[::-1])
    return body[: len(body) - empty.end()] if empty and empty.end() else body
