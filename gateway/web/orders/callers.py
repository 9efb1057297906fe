"""Who may give orders: lines of `name token` in a file that is read again when it has changed."""

import hmac
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

_LINE = re.compile(r"([A-Za-z0-9_.-]{1,60})[ \t]+([\x21-\x7e]{32,200})")


class NoCallers(Exception):
    """The file cannot be used; the words are for the admin and hold no token."""


class Callers:
    """The callers as the file says them now."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: tuple[tuple[int, int, int], Mapping[str, bytes]] | None = None

    def read(self) -> Mapping[str, bytes]:
        """Return the digest of each caller's token by name. Raises NoCallers."""
        try:
            seen = self._path.stat()
            mark = (seen.st_ino, seen.st_size, seen.st_mtime_ns)
            if self._known is None or self._known[0] != mark:
                self._known = mark, _parsed(self._path.read_text("ascii"))
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not ASCII"
            raise NoCallers(f"{self._path}: {reason}") from None
        except ValueError as error:
            raise NoCallers(f"{self._path}: {error}") from None
        return self._known[1]

    def name_of(self, authorization: str) -> str | None:
        """Return who shows this Authorization field; None for nobody that is known.

        Digests of equal length are compared, all of them, each in constant time.
        """
        scheme, _, token = authorization.partition(" ")
        shown = sha256(token.strip().encode("utf-8", "surrogateescape")).digest()
        found = None
        for name, digest in self.read().items():
            if hmac.compare_digest(shown, digest) and scheme.lower() == "bearer":
                found = name
        return found


def _parsed(text: str) -> Mapping[str, bytes]:
    lines = [line.strip() for line in text.splitlines()]
    callers = {}
    for number, line in enumerate(lines, 1):
        if not line or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if not found:
            raise ValueError(f"line {number} is not `name token` with a token of at least 32 characters")
        callers[found[1]] = sha256(found[2].encode()).digest()
    if not callers:
        raise ValueError("names nobody")
    return callers
