"""The PROXY protocol, versions 1 and 2: who the client behind a proxy is, told before the first octet of SMTP.

Strict, because the address that it names is believed: what is not exactly a header is `BadProxyHeader`, and nothing
is guessed. Nobody but a trusted proxy may be asked for one.
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
"""What version 2 begins with."""
MAX_HEADER = 4096
"""The specification allows 65,551 octets; proxies send below 600, with a client certificate's names."""
_MAX_LINE = 107
"""Of version 1, with its CR LF."""
_LINE = re.compile(rb"PROXY (TCP4|TCP6) ([0-9A-Fa-f:.]+) ([0-9A-Fa-f:.]+) ([0-9]{1,5}) ([0-9]{1,5})")
_UNKNOWN = re.compile(rb"PROXY UNKNOWN(?: [^\r\n]*)?")
_FIXED = len(SIGNATURE) + 4
_LOCAL, _PROXIED = 0x20, 0x21
_TCP4, _TCP6 = 0x11, 0x21


class BadProxyHeader(ValueError):
    """Not a PROXY header."""


@dataclass(frozen=True, slots=True)
class ProxyHeader:
    """A header that is complete."""

    length: int
    """Octets that it took; SMTP begins behind them."""
    ip: str = ""
    """Of the client; empty where the proxy speaks for itself (a health check)."""
    port: int = 0


def parse(data: bytes) -> ProxyHeader | None:
    """Return the header at the beginning of `data`, or None where more octets are needed. Raises `BadProxyHeader`."""
    if data[: len(SIGNATURE)] == SIGNATURE[: len(data)]:
        return _parse_binary(data)
    if data[:6] == b"PROXY "[: len(data)]:
        return _parse_line(data)
    raise BadProxyHeader("no PROXY header")


def _parse_line(data: bytes) -> ProxyHeader | None:
    end = data.find(b"\r\n", 0, _MAX_LINE)
    if end < 0:
        if len(data) >= _MAX_LINE:
            raise BadProxyHeader("line too long")
        return None
    line, length = data[:end], end + 2
    if _UNKNOWN.fullmatch(line):
        return ProxyHeader(length)
    found = _LINE.fullmatch(line)
    if found is None:
        raise BadProxyHeader("line cannot be read")
    family = IPv4Address if found[1] == b"TCP4" else IPv6Address
    try:
        source, _ = family(found[2].decode()), family(found[3].decode())
    except AddressValueError as error:
        raise BadProxyHeader("not an address") from error
    ports = [int(digits) for digits in (found[4], found[5])]
    if max(ports) > 0xFFFF:
        raise BadProxyHeader("not a port")
    return ProxyHeader(length, _shown(source), ports[0])


def _parse_binary(data: bytes) -> ProxyHeader | None:
    if len(data) < _FIXED:
        return None
    command, family = data[12], data[13]
    length = _FIXED + int.from_bytes(data[14:16])
    if length > MAX_HEADER:
        raise BadProxyHeader("header too long")
    if len(data) < length:
        return None
    if command == _LOCAL:
        return ProxyHeader(length)
    if command != _PROXIED:
        raise BadProxyHeader("unknown version or command")
    return _proxied(family, data[_FIXED:length], length)


def _proxied(family: int, block: bytes, length: int) -> ProxyHeader:
    if family == _TCP4 and len(block) >= 12:
        return ProxyHeader(length, _shown(IPv4Address(block[:4])), int.from_bytes(block[8:10]))
    if family == _TCP6 and len(block) >= 36:
        return ProxyHeader(length, _shown(IPv6Address(block[:16])), int.from_bytes(block[32:34]))
    raise BadProxyHeader("not TCP over IPv4 or IPv6")


def _shown(address: IPv4Address | IPv6Address) -> str:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
