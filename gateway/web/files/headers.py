"""Header fields of every answer: nothing is kept, framed, guessed, indexed or told to other sites."""

from collections.abc import Mapping
from types import MappingProxyType

from gateway.web.files.names import attachment
from gateway.web.files.pages import POLICY

_ALWAYS = {
    "cache-control": "private, no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow, noarchive",
}
_PAGE = MappingProxyType({**_ALWAYS, "content-security-policy": POLICY})
_CONTENT = MappingProxyType(
    {
        **_ALWAYS,
        "accept-ranges": "bytes",
        "content-security-policy": "default-src 'none'; sandbox; base-uri 'none'; frame-ancestors 'none'",
        # whatever it was detected as: no browser shows it, not even one that overlooks the disposition
        "content-type": "application/octet-stream",
        "x-download-options": "noopen",
    }
)


def page() -> Mapping[str, str]:
    """Return those of a page."""
    return _PAGE


def content(name: str) -> Mapping[str, str]:
    """Return those of a file that is saved under `name`."""
    return {**_CONTENT, "content-disposition": attachment(name)}
