"""Tickets: a POST buys one, and for an hour a GET with it gets the file, also in ranges and after a break.

The file itself cannot be the answer to the POST: phones hand the address of a download to another program, which asks
for it again by GET, and ranges are defined for GET only (RFC 9110 section 14.2). Whoever has no ticket, such as a
scanner of links, gets the page.
"""

import re
from collections.abc import Sequence
from hashlib import sha256

from itsdangerous import Signer

SECONDS = 3600
_SALT = b"postern download"
_FORM = re.compile(r"([0-9a-f]{1,10})\.([A-Za-z0-9_-]{43})")


def issue(token: str, now: float, keys: Sequence[bytes]) -> str:
    """Return a ticket for the file behind a token."""
    until = f"{int(now) + SECONDS:x}"
    return f"{until}.{_signer(keys).get_signature(f'{until}.{token}').decode()}"


def is_valid(ticket: str, token: str, now: float, keys: Sequence[bytes]) -> bool:
    """Tell whether we issued the ticket for this token, within the hour."""
    found = _FORM.fullmatch(ticket)
    if found is None or not keys or not token.isascii():
        return False
    return _signer(keys).verify_signature(f"{found[1]}.{token}", found[2]) and now < int(found[1], 16)


def _signer(keys: Sequence[bytes]) -> Signer:
    """The library signs with the last key."""
    return Signer(list(reversed(keys)), salt=_SALT, key_derivation="hmac", digest_method=sha256)
