"""Values of settings that are types of their own: durations, addresses, folders; sizes are as in policy files.

Each parser takes what the TOML file gave and raises ValueError with a sentence that says what is allowed.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, ValidationInfo

from gateway.policy.units import size

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)([A-Za-z]*)")

_SELECTOR = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,61}[A-Za-z0-9])?")
_TCP = re.compile(r"tcp:(?:\[[0-9A-Fa-f:.]+\]|[^\s:\[\]]+):[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class Address:
    """A TCP address to listen on."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class SocketFile:
    """A unix socket to listen on."""

    path: Path

    def __str__(self) -> str:
        return f"unix:{self.path}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key's file, and the selector under which its public half is in DNS."""

    selector: str
    path: Path

    def __str__(self) -> str:
        return f"{self.selector}:{self.path}"


@dataclass(frozen=True, slots=True)
class Kind:
    """How the documentation names the values of a setting."""

    words: str


def parse_duration(value: object) -> float:
    """Return the seconds that `value`, such as "90s", stands for."""
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found and found[2] in _SECONDS:
        return float(found[1]) * _SECONDS[found[2]]
    is_bare = isinstance(value, int | float) or (found is not None and not found[2])
    trouble = "a duration needs a unit" if is_bare else f"{value!r:.80} is not a duration"
    raise ValueError(f'{trouble}; allowed: a number with {", ".join(_SECONDS)}, such as "90s"')


def parse_address(value: object) -> Address:
    """Return the host and port of `value`, such as "127.0.0.1:2525" or "[::1]:2525"."""
    host, colon, port = value.rpartition(":") if isinstance(value, str) else ("", "", "")
    bracketed = host.startswith("[") and host.endswith("]")
    if (
        not colon
        or not host
        or (":" in host) != bracketed
        or not (port.isascii() and port.isdecimal())
        or not 0 < int(port) < 0x10000
    ):
        raise ValueError(f'{value!r:.80} is not an address; allowed: host:port, such as "127.0.0.1:2525", "[::1]:2525"')
    return Address(host.strip("[]"), int(port))


def parse_milter(value: object, info: ValidationInfo) -> Address | SocketFile:
    """Return where `value` is: a unix socket, whose relative path is taken from the settings' folder, or host:port."""
    if isinstance(value, str) and value.startswith("unix:") and (name := value.removeprefix("unix:")):
        return SocketFile(_placed(name, info))
    try:
        return parse_address(value)
    except ValueError:
        raise ValueError(f'{value!r:.80} is not an address; allowed: "unix:/path", "host:port"') from None


def parse_mode(value: object) -> int:
    """Return the permissions that `value`, such as "0660", stands for."""
    if isinstance(value, str) and re.fullmatch("0?[0-7]{3}", value):
        return int(value, 8)
    raise ValueError(f'{value!r:.80} is not a mode; allowed: permissions in octal, such as "0660"')


def parse_resolver(value: object) -> str:
    """Return the address of a DNS server, such as "127.0.0.1" or "[::1]:5353", with its port."""
    if isinstance(value, str):
        try:
            return f"[{value}]:53" if ip_address(value).version == 6 else f"{value}:53"
        except ValueError:
            host, _, port = value.rpartition(":")
            with suppress(ValueError):
                ip_address(host.strip("[]"))
                return str(parse_address(f"{host}:{port}"))
    raise ValueError(f'{value!r:.80} is not a DNS server; allowed: such as "127.0.0.1", "[::1]:5353"')


def parse_key(value: object, info: ValidationInfo) -> SigningKey:
    """Return selector and file of `value`, such as "s2026:keys/s2026.pem"."""
    selector, colon, name = value.partition(":") if isinstance(value, str) else ("", "", "")
    if not colon or not name or not _SELECTOR.fullmatch(selector):
        raise ValueError(f'{value!r:.80} is not a key; allowed: selector:file, such as "s2026:keys/s2026.pem"')
    return SigningKey(selector.lower(), _placed(name, info))


def parse_scanner(value: object) -> str:
    """Return the address of a clamd, such as "unix:/run/clamav/clamd.ctl" or "tcp:127.0.0.1:3310"."""
    if isinstance(value, str) and (value.startswith("unix:/") or _TCP.fullmatch(value)):
        return value
    raise ValueError(f'{value!r:.80} is not a clamd address; allowed: "unix:/path", "tcp:host:port"')


def parse_network(value: object) -> IPv4Network | IPv6Network:
    """Return the network of `value`, such as "192.0.2.0/24", "2001:db8::/32" or a single address."""
    try:
        return ip_network(value if isinstance(value, str) else "")
    except ValueError as error:
        raise ValueError(f'{value!r:.80} is not a network ({error}); allowed: such as "192.0.2.0/24", "::1"') from None


def _several(value: object) -> object:
    """Take a list from TOML, and a text with commas from the environment."""
    if isinstance(value, str):
        return tuple(filter(None, map(str.strip, value.split(","))))
    return tuple(value) if isinstance(value, list) else value


def _folder(value: object, info: ValidationInfo) -> object:
    """Take a relative path from the folder of the settings file; only a default may be None."""
    if value is None:
        return None
    if not isinstance(value, str) or not value:
        raise ValueError("not a path; allowed: a text with the name of a file or folder")
    return _placed(value, info)


def _placed(name: str, info: ValidationInfo) -> Path:
    return Path(info.context["folder"] if info.context else "", name).absolute()


Size = Annotated[int, BeforeValidator(size), Kind("size")]
Duration = Annotated[float, BeforeValidator(parse_duration), Kind("duration")]
Scanners = Annotated[
    tuple[Annotated[str, BeforeValidator(parse_scanner)], ...],
    BeforeValidator(_several),
    Kind("list of clamd addresses"),
]
OneAddress = Annotated[Address, BeforeValidator(parse_address), Kind("host:port")]
MaybeAddress = Annotated[
    Address | None, BeforeValidator(lambda value: None if value is None else parse_address(value)), Kind("host:port")
]
Addresses = Annotated[tuple[OneAddress, ...], BeforeValidator(_several), Kind("list of host:port")]
MilterAddresses = Annotated[
    tuple[Annotated[Address | SocketFile, BeforeValidator(parse_milter)], ...],
    BeforeValidator(_several),
    Kind("list of unix:path or host:port"),
]
Networks = Annotated[
    tuple[Annotated[IPv4Network | IPv6Network, BeforeValidator(parse_network)], ...],
    BeforeValidator(_several),
    Kind("list of networks"),
]
Mode = Annotated[int, BeforeValidator(parse_mode), Kind("octal")]
Resolvers = Annotated[
    tuple[Annotated[str, BeforeValidator(parse_resolver)], ...],
    BeforeValidator(_several),
    Kind("list of addresses"),
]
SigningKeys = Annotated[
    tuple[Annotated[SigningKey, BeforeValidator(parse_key)], ...],
    BeforeValidator(_several),
    Kind("list of selector:file"),
]
Location = Annotated[Path, BeforeValidator(_folder), Kind("path")]
MaybeLocation = Annotated[Path | None, BeforeValidator(_folder), Kind("path")]
