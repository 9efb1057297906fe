"""libmagic behind the sniff function.

One handle for each thread: a handle locks itself, and its results are not shared. libmagic parses hostile bytes,
so this belongs into the sandboxed child.
"""

import threading

import magic

from gateway.filetype.names import UNKNOWN, canonical


class Libmagic:
    """A `Sniff` over the system's magic database."""

    def __init__(self) -> None:
        self._local = threading.local()
        self(b"")  # a missing database shows at start, not at the first mail

    def __call__(self, head: bytes) -> str:
        """Return the canonical media type of a file by its head; unknown where libmagic fails."""
        handle: magic.Magic | None = getattr(self._local, "handle", None)
        if handle is None:
            handle = self._local.handle = magic.Magic(mime=True)
        try:
            return canonical(handle.from_buffer(head))
        except magic.MagicException:
            return UNKNOWN
