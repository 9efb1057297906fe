"""The digest by which contents are known: in facts, in caches, in the store."""

import hashlib
from collections.abc import Iterable


def sha256_of(chunks: Iterable[bytes]) -> str:
    """Return the SHA-256 of what the chunks hold together, hexadecimal."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()
