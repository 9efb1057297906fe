"""Words of a policy file that stand for values: sizes, durations, shares, days, domains, addresses, next hops.

Each function takes the word as written and raises ValueError with a sentence that says what is allowed.
"""

import re
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from gateway.model.policyset import a_label
from gateway.model.tenant import Hop, Scheme

SIZES = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
_SIZE = re.compile(r"([0-9]{1,12})([A-Za-z]*)")
DURATIONS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DURATION = re.compile(r"([0-9]{1,6})([A-Za-z]*)")
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?)(%?)")
_DAY = re.compile(r"([12][0-9]{3})-([0-9]{2})-([0-9]{2})")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
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


def duration(value: object) -> float:
    """Return the seconds that a duration such as "30d" stands for."""
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    units = ", ".join(DURATIONS)
    if isinstance(value, int | float) or (found and not found[2]):
        raise ValueError(f'a duration needs a unit; allowed: a whole number with {units}, such as "30d"')
    if not found or found[2] not in DURATIONS:
        raise ValueError(f"{_quoted(value)} is not a duration; allowed: a whole number with {units}")
    return float(int(found[1]) * DURATIONS[found[2]])


def share(value: object) -> float:
    """Return what a share such as "0.5%" stands for, from 0 to 1."""
    found = _SHARE.fullmatch(value) if isinstance(value, str) else None
    if isinstance(value, int | float) or (found and not found[2]):
        raise ValueError('a share needs its sign; allowed: a number with %, such as "0.5%"')
    if not found or float(found[1]) > 100:
        raise ValueError(f"{_quoted(value)} is not a share; allowed: 0% to 100%")
    return float(found[1]) / 100


def last_day(value: object) -> float:
    """Return the Unix time at which a day such as "2027-03-31" is over (UTC)."""
    found = _DAY.fullmatch(value) if isinstance(value, str) else None
    try:
        day = datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC) if found else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError(f"{_quoted(value)} is not a day; allowed: year-month-day, such as 2027-03-31")
    return (day + timedelta(days=1)).timestamp()


def clock(value: object) -> int:
    """Return the minutes since midnight of a time such as "18:30"."""
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f"{_quoted(value)} is not a time of day; allowed: 00:00 to 23:59 (UTC)")
    return int(found[1]) * 60 + int(found[2])


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
