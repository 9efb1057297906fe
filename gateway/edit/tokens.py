"""Tokens of links: signed, and bound to a file, its tenant, its recipients and an hour.

    https://<shard>/<token>/<name>        token = file.audience.expiry.tenant.signature

A token proves only that we made the link; whether the file is given out, its row says on every request. It names no
domain, so that a link of a domain that rests works on any other. Whoever has a key can make links; without one,
nobody can.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote

from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode

MOST = 1024
"""Characters of a token."""
_MOST_NAME = 80
"""Bytes of a file's name in a link."""
_SALT = b"postern link"
_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NUMBER = re.compile(r"[0-9a-f]{1,12}")


class BadToken(ValueError):
    """Not a token of ours: forged, cut, changed, or signed with a key that was taken out."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says."""

    file: str
    """`HostedFile.id`."""
    tenant: str
    audience: str
    """`HostedFile.audience`."""
    expires_at: int
    """Unix time; for the caller to compare."""


def sign(claims: Claims, keys: Sequence[bytes]) -> str:
    """Return the token, signed with the first key. Raises ValueError for claims that no token can hold."""
    if not _PLAIN.fullmatch(claims.file) or not _PLAIN.fullmatch(claims.audience):
        raise ValueError("a file and an audience are of letters, digits, - and _")
    tenant = urlsafe_b64encode(claims.tenant.encode()).rstrip(b"=").decode()
    said = f"{claims.file}.{claims.audience}.{claims.expires_at:x}.{tenant}"
    token = _signer(keys).sign(said).decode()
    if claims.expires_at < 0 or len(token) > MOST:
        raise ValueError("the claims are too long for a token")
    return token


def read(token: str, keys: Sequence[bytes]) -> Claims:
    """Return what a token of ours says; any of the keys may have signed it. Raises BadToken."""
    if len(token) > MOST or not token.isascii() or not keys:
        raise BadToken("not a token")
    try:
        said = _signer(keys).unsign(token).decode()
    except BadSignature:
        raise BadToken("not signed by us") from None
    signature = token.rpartition(".")[2].encode()
    parts = said.split(".")
    if base64_encode(base64_decode(signature)) != signature or len(parts) != 4 or not _NUMBER.fullmatch(parts[2]):
        raise BadToken("not as we write it")
    file, audience, expiry, tenant = parts
    try:
        name = urlsafe_b64decode(tenant + "=" * (-len(tenant) % 4)).decode()
    except ValueError:
        raise BadToken("not as we write it") from None
    return Claims(file, name, audience, int(expiry, 16))


def url(domain: str, token: str, name: str, scheme: str = "https", port: int = 443) -> str:
    """Return the link; the name is for the eye, and the token alone counts."""
    is_usual = port == {"https": 443, "http": 80}.get(scheme)
    end = quote(name.encode("utf-8", "replace")[:_MOST_NAME].decode("utf-8", "ignore"), safe="")
    return f"{scheme}://{domain}{'' if is_usual else f':{port}'}/{token}/{end}"


def _signer(keys: Sequence[bytes]) -> Signer:
    """The library signs with the last key."""
    return Signer(list(reversed(keys)), salt=_SALT, key_derivation="hmac", digest_method=sha256)
