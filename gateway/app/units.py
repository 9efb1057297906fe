"""Values of settings that are types of their own: sizes and durations with a unit, addresses, folders.

Each parser takes what the TOML file gave and raises ValueError with a sentence that says what is allowed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, ValidationInfo

_SIZES = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
_DURATIONS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_NUMBER_AND_UNIT = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s?([A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class Address:
    """A TCP address to listen on."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Kind:
    """How the documentation names the values of a setting."""

    words: str


def parse_size(value: object) -> int:
    """Return the bytes that `value`, such as "50MiB", stands for."""
    return int(_with_unit(value, _SIZES, "size", "50MiB"))


def parse_duration(value: object) -> float:
    """Return the seconds that `value`, such as "90s", stands for."""
    return _with_unit(value, _DURATIONS, "duration", "90s")


def _with_unit(value: object, units: Mapping[str, float], what: str, example: str) -> float:
    found = _NUMBER_AND_UNIT.fullmatch(value) if isinstance(value, str) else None
    if found and found[2] in units:
        return float(found[1]) * units[found[2]]
    bare = isinstance(value, int | float) or (isinstance(value, str) and value.replace(".", "", 1).isdigit())
    trouble = f"a {what} needs a unit" if bare else f"not a {what}"
    raise ValueError(f'{trouble}; allowed: a number with {", ".join(units)}, such as "{example}"')


def parse_address(value: object) -> Address:
    """Return the host and port of `value`, such as "127.0.0.1:2525" or "[::1]:2525"."""
    host, colon, port = value.rpartition(":") if isinstance(value, str) else ("", "", "")
    bracketed = host.startswith("[") and host.endswith("]")
    if not colon or not host or (":" in host) != bracketed or not port.isdecimal() or not 0 < int(port) < 0x10000:
        raise ValueError(f'{value!r:.80} is not an address; allowed: host:port, such as "127.0.0.1:2525", "[::1]:2525"')
    return Address(host.strip("[]"), int(port))


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
    return Path(info.context["folder"] if info.context else "", value).absolute()


Size = Annotated[int, BeforeValidator(parse_size), Kind("size")]
Duration = Annotated[float, BeforeValidator(parse_duration), Kind("duration")]
Texts = Annotated[tuple[str, ...], BeforeValidator(_several), Kind("list of texts")]
OneAddress = Annotated[Address, BeforeValidator(parse_address), Kind("host:port")]
Addresses = Annotated[tuple[OneAddress, ...], BeforeValidator(_several), Kind("list of host:port")]
Location = Annotated[Path, BeforeValidator(_folder), Kind("path")]
MaybeLocation = Annotated[Path | None, BeforeValidator(_folder), Kind("path")]
