"""The certificate for STARTTLS, loaded anew when its files change, so that renewing it needs no restart."""

import ssl
import time
from pathlib import Path

import structlog

log = structlog.get_logger()

_LOOK_EVERY = 1.0
"""Seconds between looks at the files."""


class CertificateError(Exception):
    """The certificate or its key cannot be used; the message says which file and why."""


class Certificate:
    """Call it for the context of the next handshake.

    Raises `CertificateError` when made. Afterwards a certificate that cannot be read keeps the one before,
    and is logged once for each change of the files.
    """

    def __init__(self, certificate: Path, key: Path) -> None:
        self._files = (certificate, key)
        self._stamps = self._look()
        self._looked = time.monotonic()
        self._context = self._load()

    def __call__(self) -> ssl.SSLContext:
        """Return the context, from the files as they are now (or were a second ago)."""
        now = time.monotonic()
        if now - self._looked >= _LOOK_EVERY:
            self._looked = now
            self.refresh()
        return self._context

    def refresh(self) -> None:
        """Load the files if they changed."""
        stamps = self._look()
        if stamps == self._stamps:
            return
        self._stamps = stamps
        try:
            self._context = self._load()
        except CertificateError as error:
            log.error("certificate_kept", error=str(error))  # noqa: TRY400 - the text says it all
        else:
            log.info("certificate_loaded", file=str(self._files[0]))

    def _look(self) -> tuple[tuple[int, int, int], ...]:
        """Return what changes when a file does; zeros where it cannot be seen."""
        return tuple(_stamp(path) for path in self._files)

    def _load(self) -> ssl.SSLContext:
        certificate, key = self._files
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_RENEGOTIATION
        try:
            context.load_cert_chain(certificate, key, password=_no_password)
        except OSError as error:  # SSLError is one
            reason = error.strerror or str(error)
            raise CertificateError(f"TLS certificate {certificate} with key {key}: {reason}") from error
        return context


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        seen = path.stat()
    except OSError:
        return (0, 0, 0)
    return (seen.st_mtime_ns, seen.st_ino, seen.st_size)


def _no_password() -> bytes:
    """Keep OpenSSL from asking on the terminal for the password of an encrypted key."""
    return b""
