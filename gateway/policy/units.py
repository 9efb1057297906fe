"""Words of a policy file that stand for values: sizes, domains, addresses, next hops.

Each function takes the word as written and raises ValueError with a sentence that says what is allowed.
"""

import re
from ipaddress import ip_address

from gateway.model.policyset import a_label
from gateway.model.tenant import Hop, Scheme

SIZES = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
_SIZE = re.compile(r"([0-9]{1,12})([A-Za-z]*)")
_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_HOP = re.compile(
    r"(?P<scheme>smtp|lmtp)://(?:\[(?P<ip>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s/:@\[\]]+))(?::(?P<port>[0-9]{1,5}))?"
)


def size(value: object) -> int:
    """Return the bytes that a size such as "20MiB" stands for."""
    found = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if isinstance(value, int | float) or (found and not found[2]):
        raise ValueError(f'a size needs a unit; allowed: a whole number with {", ".join(SIZES)}, such as "20MiB"')
    if not found or found[2] not in SIZES:
        raise ValueError(f"{_quoted(value)} is not a size; allowed: a whole number with {', '.join(SIZES)}")
    return int(found[1]) * SIZES[found[2]]


def domain(value: str) -> str:
    """Return a domain, or "*." and a domain, in lower case A-labels.

    A single label is refused: whoever writes "com" or "*.uk" would claim what belongs to others.
    """
    star, bare = ("*.", value[2:]) if value.startswith("*.") else ("", value)
    name = a_label(bare)
    if len(name) > 253 or not _DOMAIN.fullmatch(name):
        raise ValueError(f'{_quoted(value)} is not a domain; allowed: acme.example, or "*.acme.example"')
    if "." not in name:
        raise ValueError(f"{_quoted(value)} covers a whole top-level domain; name the domain below it")
    if name.rpartition(".")[2].isdecimal():
        raise ValueError(f"{_quoted(value)} is an IP address, not a domain")
    return star + name


def address(value: str) -> str:
    """Return a mail address with its domain in lower case A-labels."""
    local, at, name = value.rpartition("@")
    if not at or not local or len(local) > 64 or re.search(r"[\s\x00-\x1f<>@]", local) or name.startswith("*"):
        raise ValueError(f"{_quoted(value)} is not an address; allowed: somebody@acme.example")
    return f"{local}@{domain(name)}"


def hop(value: object) -> Hop:
    """Return the next hop that a word such as "smtp://mx.acme.example:25" stands for."""
    if isinstance(value, str) and value.startswith("maildir:"):
        return _maildir(value)
    found = _HOP.fullmatch(value) if isinstance(value, str) else None
    host = found["ip"] or a_label(found["host"]) if found else ""
    if not found or not _is_host(host, is_literal=bool(found["ip"])):
        raise ValueError(
            f"{_quoted(value)} is not a next hop; allowed: smtp://host:port, lmtp://host:port, maildir:folder"
        )
    if found["scheme"] == "lmtp" and not found["port"]:
        raise ValueError(f"{_quoted(value)} needs a port: LMTP has none of its own (RFC 2033 section 5)")
    port = int(found["port"] or 25)
    if not 0 < port < 65536:
        raise ValueError(f"{_quoted(value)} has no port between 1 and 65535")
    return Hop(Scheme(found["scheme"]), host, port)


def _is_host(host: str, *, is_literal: bool) -> bool:
    try:
        version = ip_address(host).version
    except ValueError:
        is_number = host.rpartition(".")[2].isdecimal()
        return not is_literal and not is_number and _DOMAIN.fullmatch(host) is not None
    return is_literal == (version == 6)


def _maildir(value: str) -> Hop:
    folder = value.removeprefix("maildir:")
    if not folder or not folder.isprintable() or ".." in folder.split("/"):
        raise ValueError(f'{_quoted(value)} names no folder; allowed: maildir:folder, without ".."')
    return Hop(Scheme.MAILDIR, port=0, path=folder)


def _quoted(value: object) -> str:
    return f'"{str(value)[:100]}"' if isinstance(value, str) else str(value)[:100]
