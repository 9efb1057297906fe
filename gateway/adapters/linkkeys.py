"""The file of the keys of links: one to a line, the last one signs, all of them verify.

A new key is a line added below, on every machine that reads tokens before the one that signs; a line taken out makes
the links that it signed worthless. The file is read again when it has changed.
"""

import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

_KEY = re.compile(r"[0-9a-f]{64}")


class NoKeys(Exception):
    """There is nothing to sign or verify with; the words are for the admin."""


class LinkKeys:
    """Keys as the file says them now; may be asked from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: tuple[tuple[int, int, int], tuple[bytes, ...]] | None = None

    def read(self) -> Sequence[bytes]:
        """Return the keys, newest first, as `edit.tokens` wants them. Raises NoKeys."""
        try:
            seen = self._path.stat()
            mark = (seen.st_ino, seen.st_size, seen.st_mtime_ns)
            known = self._known
            if known is None or known[0] != mark:
                known = self._known = mark, self._parsed(self._path.read_text("ascii"))
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not a file of keys"
            raise NoKeys(f"{self._path}: {reason}; `postern keys make-link` makes one") from None
        return known[1]

    def _parsed(self, text: str) -> tuple[bytes, ...]:
        lines = text.split()
        if not lines or not all(map(_KEY.fullmatch, lines)):
            raise NoKeys(f"{self._path}: not a file of keys; `postern keys make-link` makes one")
        return tuple(bytes.fromhex(line) for line in reversed(lines))


def add_key(path: Path) -> int:
    """Write a new key below the others, readable for the owner of the folder only; return how many there are now."""
    folder = path.parent.stat()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    with open(descriptor, "r+") as file:  # noqa: PTH123 - a descriptor, not a path
        if os.geteuid() == 0:
            os.fchown(descriptor, folder.st_uid, folder.st_gid)
        lines = file.read()
        file.write(("" if not lines or lines.endswith("\n") else "\n") + secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(descriptor)
    return len(lines.split()) + 1
