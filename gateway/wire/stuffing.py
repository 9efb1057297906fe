"""Dot-stuffing of a message on its way out (RFC 5321 section 4.5.2), in bulk.

Adds a dot before a dot that begins a line, and the final dot; a message that does not end in CR LF gets one.
Every other byte stays. Only CR LF ends a line here: bare CR and LF were refused at the front door.
"""


class Stuffer:
    """Stuffs one message, however it is cut into chunks."""

    def __init__(self) -> None:
        self._tail = b"\r\n"
        """The last two bytes of the message so far; the first line begins as if after CR LF."""

    def feed(self, chunk: bytes) -> bytes:
        """Return `chunk` as it goes on the wire."""
        if not chunk:
            return chunk
        # The look for one byte costs next to nothing, and base64 has no dot.
        stuffed = chunk.replace(b"\r\n.", b"\r\n..") if b"." in chunk else chunk
        if self._tail == b"\r\n" and chunk.startswith(b"."):
            stuffed = b"." + stuffed
        elif self._tail.endswith(b"\r") and chunk.startswith(b"\n."):
            stuffed = b"\n." + stuffed[1:]
        self._tail = (self._tail + chunk[-2:])[-2:]
        return stuffed

    def pass_by(self) -> None:
        """Take note of a part that went by, and more follows: no line begins with a dot in it, nor right behind it."""
        self._tail = b""

    def end(self) -> bytes:
        """Return what ends the message: the missing CR LF, if any, and the dot."""
        return b".\r\n" if self._tail == b"\r\n" else b"\r\n.\r\n"
