"""The domain of the author: what the From field says to DMARC (RFC 7489 section 6.6.1)."""

import re

from gateway.authn.answers import is_name
from gateway.authn.head import Head
from gateway.mime.fields import unfold

_QUOTED = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_COMMENT = re.compile(rb"\([^()\\]*(?:\\.[^()\\]*)*\)", re.DOTALL)
_DEPTH = 5
_ANGLE = re.compile(rb"<([^<>]*)>")
_LONGEST = 2000
"""Bytes; one author with a long name in encoded words needs a few hundred."""


class NoAuthor(Exception):
    """Why no single domain can be named."""


def author_domain(head: Head) -> str:
    """Return the one domain of the one From field, in lower-case A-labels. Raises NoAuthor."""
    fields = head.named(b"from")
    if len(fields) != 1:
        raise NoAuthor("no From field" if not fields else "several From fields")
    value = unfold(fields[0].value)
    if len(value) > _LONGEST:
        raise NoAuthor("the From field is too long")
    domains = {_domain(address) for address in _addresses(value)}
    if len(domains) != 1:
        raise NoAuthor("authors of several domains" if domains else "no address in From")
    return domains.pop()


def _addresses(value: bytes) -> list[bytes]:
    """Return what stands for an address once display names and comments are gone."""
    value = _QUOTED.sub(b"q", value)
    for _ in range(_DEPTH):
        if b"(" not in value:
            break
        value = _COMMENT.sub(b" ", value)
    in_angles = _ANGLE.findall(value)
    rest = _ANGLE.sub(b",", value).rpartition(b":")[2] if in_angles else value
    bare = [piece for piece in rest.rstrip(b"; ").split(b",") if b"@" in piece]
    return [*in_angles, *bare]


def _domain(address: bytes) -> str:
    try:
        text = address.strip(b" \t").rpartition(b"@")[2].strip(b" \t.").decode("utf-8").lower()
        domain = text if text.isascii() else text.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise NoAuthor("a domain in From that is none") from error
    if not is_name(domain) or "." not in domain or re.search(r"[^a-z0-9._-]", domain):
        raise NoAuthor("a domain in From that is none")
    return domain
