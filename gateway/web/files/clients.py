"""Who asks: the client's address, and the network of it that is remembered."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_KEPT = {4: 24, 6: 48}
"""Bits of an address that are kept: enough to see a pattern, too few for a person."""
UNKNOWN = "unknown"

Networks = Sequence[IPv4Network | IPv6Network]


def client(peer: str, forwarded: Sequence[str], proxies: Networks) -> str:
    """Return the address of the client.

    `forwarded` are the values of X-Forwarded-For in order. From the right, each hop is believed as long as it is one
    of `proxies` who says so.
    """
    at = _address(peer)
    claims = [one for value in forwarded for one in value.split(",")] if forwarded else []
    while at is not None and claims and is_among(at, proxies):
        before = _address(claims.pop().strip())
        if before is None:
            break
        at = before
    return str(at) if at is not None else UNKNOWN


def is_among(address: IPv4Address | IPv6Address, networks: Networks) -> bool:
    """Tell whether one of the networks holds the address."""
    return any(address.version == one.version and address in one for one in networks)


def network(address: str) -> str:
    """Return the network of an address, as journals and limits know it."""
    at = _address(address)
    return str(ip_network((at, _KEPT[at.version]), strict=False)) if at is not None else UNKNOWN


def is_proxy(peer: str, proxies: Networks) -> bool:
    """Tell whether a peer is one of the proxies."""
    at = _address(peer)
    return at is not None and is_among(at, proxies)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        at = ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return at.ipv4_mapped or at if isinstance(at, IPv6Address) else at
