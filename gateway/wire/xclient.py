"""XCLIENT and XFORWARD as Postfix has them: what a trusted MTA in front says about the client it serves.

Values come in xtext (RFC 3461 section 4) and are checked here against what they may be; `[UNAVAILABLE]` and
`[TEMPUNAVAIL]` say nothing. Attributes that mean nothing to this gateway are read and left alone.
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address

XCLIENT = ("NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT")
XFORWARD = ("NAME", "ADDR", "PORT", "PROTO", "HELO", "IDENT", "SOURCE")

_ATTRIBUTE = re.compile(r"([A-Za-z]+)=((?:[!-*,-<>-~\u00a0-\U0010ffff]|\+[0-9A-Fa-f]{2})+)")
_SILENT = frozenset({"[UNAVAILABLE]", "[TEMPUNAVAIL]"})
_MAX_HELO = 255


class BadAttribute(ValueError):
    """Not an attribute that was offered, or a value that it cannot have."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What is said about the client; None where nothing is."""

    ip: str | None = None
    port: int | None = None
    helo: str | None = None
    esmtp: bool | None = None


def parse(argument: str, offered: tuple[str, ...]) -> Claims:
    """Read the argument of XCLIENT or XFORWARD. Raises `BadAttribute`."""
    said: dict[str, str] = {}
    for word in argument.split(" "):
        found = _ATTRIBUTE.fullmatch(word)
        if found is None or found[1].upper() not in offered or found[1].upper() in said:
            raise BadAttribute("not an attribute, not one that was offered, or given twice")
        said[found[1].upper()] = _decode(found[2])
    known = {name: value for name, value in said.items() if value.upper() not in _SILENT}
    return Claims(
        ip=_address(known["ADDR"]) if "ADDR" in known else None,
        port=_port(known["PORT"]) if "PORT" in known else None,
        helo=known["HELO"][:_MAX_HELO] if "HELO" in known else None,
        esmtp=_protocol(known["PROTO"]) if "PROTO" in known else None,
    )


def _decode(text: str) -> str:
    """Take xtext apart; nothing that is not text comes out."""
    octets = re.sub(rb"\+([0-9A-Fa-f]{2})", lambda found: bytes.fromhex(found[1].decode()), text.encode())
    decoded = octets.decode("utf-8", "replace")
    if not decoded.isprintable():
        raise BadAttribute("control characters in a value")
    return decoded


def _address(text: str) -> str:
    try:
        if text[:5].upper() == "IPV6:":
            address = IPv6Address(text[5:])
            if address.scope_id is None:
                return str(address.ipv4_mapped or address)
        else:
            return str(IPv4Address(text))
    except AddressValueError as error:
        raise BadAttribute("not an address") from error
    raise BadAttribute("an address with a zone")


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or int(text) > 0xFFFF:
        raise BadAttribute("not a port")
    return int(text)


def _protocol(text: str) -> bool:
    if text.upper() not in ("SMTP", "ESMTP"):
        raise BadAttribute("not a protocol")
    return text.upper() == "ESMTP"
