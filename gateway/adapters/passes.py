"""Passes for released messages: signed, bound to the bytes, the recipients and an hour.

The keys lie in a file, one to a line: the last one signs, all of them verify, so that a new key is a line added
below. The file is read when a pass is written or shown, which is rare; without it no pass is valid.
"""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from itsdangerous import BadData, URLSafeTimedSerializer

SECONDS = 3600
"""From a release until its pass is worth nothing."""
_SALT = "postern release"


class ReleasePasses:
    """Writes passes, and implements `ports.passes.Passes`."""

    def __init__(self, keys: Path) -> None:
        self._path = keys

    def write(self, sha256: str, recipients: Sequence[str]) -> str:
        """Return a pass. Makes the file of keys where there is none. Raises OSError."""
        if not self._path.exists():
            self._make_key()
        return str(self._serializer().dumps([sha256, list(recipients)]))

    def is_valid(self, written: str, sha256: str, recipients: Sequence[str]) -> bool:
        """Tell whether a pass is one of ours, in time, for this message and these recipients."""
        try:
            said = self._serializer().loads(written, max_age=SECONDS)
        except (BadData, OSError, ValueError):
            return False
        return bool(said[0] == sha256 and set(recipients) <= set(said[1]))

    def _serializer(self) -> URLSafeTimedSerializer:
        keys = self._path.read_text("ascii").split()
        if not keys:
            raise ValueError("no keys")
        return URLSafeTimedSerializer(keys, salt=_SALT)

    def _make_key(self) -> None:
        """Write the first key, readable for the owner of the folder only, whoever runs this."""
        owner = self._path.parent.stat()
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with open(descriptor, "w") as file:  # noqa: PTH123 - a descriptor, not a path
            if os.geteuid() == 0:
                os.fchown(descriptor, owner.st_uid, owner.st_gid)
            file.write(secrets.token_hex(32) + "\n")
