"""The hashes of one body, each made once however many signatures ask for it."""

import hashlib

from gateway.authn.canonical import relaxed_body, simple_body
from gateway.mime.buffer import Buffer


class Bodies:
    """A message's body in both canonical forms; nothing is done before somebody asks."""

    def __init__(self, data: Buffer, start: int) -> None:
        self._data = data
        self._start = start
        self._forms: dict[str, bytes] = {}
        self._digests: dict[tuple[str, int | None], bytes] = {}

    def digest(self, form: str, length: int | None = None) -> bytes:
        """Return the SHA-256 of the body in `form`, or of its first `length` bytes (l=)."""
        key = (form, length)
        if key not in self._digests:
            body = self._canonical(form)
            self._digests[key] = hashlib.sha256(body if length is None else memoryview(body)[:length]).digest()
        return self._digests[key]

    def covers(self, form: str, length: int | None) -> bool | None:
        """Tell whether `length` is the whole body; None where it is more than there is."""
        size = len(self._canonical(form))
        return True if length is None or length == size else None if length > size else False

    def _canonical(self, form: str) -> bytes:
        if form not in self._forms:
            body = self._data[self._start :]
            self._forms[form] = relaxed_body(body) if form == "relaxed" else simple_body(body)
        return self._forms[form]
