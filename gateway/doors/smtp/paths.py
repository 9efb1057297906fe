"""Reverse- and forward-paths (RFC 5321 section 4.1.2, RFC 6531 section 3.3), parsed strictly.

Only what the grammar allows gets through, so a path can be written to the next hop and into a header as it
is. Source routes are refused: nobody uses them but those who look for an open relay.
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from gateway.model.policyset import a_label

MAX_LOCAL = 64
"""Octets; RFC 5321 section 4.5.3.1.1."""
MAX_DOMAIN = 255
"""Octets; RFC 5321 section 4.5.3.1.2."""
MAX_PATH = 512
"""Octets; section 4.5.3.1.3 says 256, which bounce addresses with their long local parts exceed."""

# U+3002, U+FF0E and U+FF61 become dots in IDNA and would let two readers see different domains.
_ABOVE_ASCII = "\u00a0-\u2027\u202a-\u3001\u3003-\ud7ff\ue000-\uff0d\uff0f-\uff60\uff62-\U0010ffff"
_ATOM = rf"[A-Za-z0-9!#$%&'*+\-/=?^_`{{|}}~{_ABOVE_ASCII}]+"
_DOT_STRING = rf"{_ATOM}(?:\.{_ATOM})*"
_QUOTED = rf'"(?:[ !#-\[\]-~{_ABOVE_ASCII}]|\\[ -~])*"'
# QUIRK: underscores are no letters of a host name, and real senders have them.
_LABEL = rf"[A-Za-z0-9_{_ABOVE_ASCII}](?:[A-Za-z0-9_\-{_ABOVE_ASCII}]*[A-Za-z0-9_{_ABOVE_ASCII}])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_LONG_LABEL = re.compile(rb"[^.]{64}")
_LITERAL = re.compile(r"\[(?:[0-9.]+|IPv6:[0-9A-Fa-f:.]+)\]")
_MAILBOX = re.compile(rf"(?P<local>{_DOT_STRING}|{_QUOTED})@(?P<domain>[^@ ]+)")
_BRACKETED = re.compile(r'<(?P<path>(?:"(?:[^"\\]|\\.)*"|[^<>"])*)>(?: +(?P<rest>.*))?')


class BadPath(ValueError):
    """Not a path, or one that is longer than anybody must take."""


@dataclass(frozen=True, slots=True)
class Path:
    """A mailbox, `postmaster` without a domain, or the null path."""

    text: str
    """As the client wrote it, without the brackets; empty for the null path."""
    local: str = ""
    """Without quotes."""
    domain: str = ""
    """May be an address literal; empty for `postmaster` and the null path."""

    @property
    def is_literal(self) -> bool:
        """Tell whether the domain is an address in brackets."""
        return self.domain.startswith("[")

    @property
    def has_route(self) -> bool:
        """Tell whether the local part could send the mail on to another domain (`user%other@here`, `other!user`).

        Many MTAs, a Postfix that trusts us among them, still look for such routes, even within quotes.
        """
        return any(mark in self.local for mark in "@%!")


def split_path(argument: str) -> tuple[str, str]:
    """Split what follows `FROM:` or `TO:` into the text between the brackets and the parameters behind it.

    QUIRK: blanks after the colon are no error, though RFC 5321 section 3.3 forbids them: old senders write them.
    """
    found = _BRACKETED.fullmatch(argument.lstrip(" "))
    if found is None:
        raise BadPath("no path in angle brackets")
    return found["path"], found["rest"] or ""


def parse_path(text: str) -> Path:
    """Parse what stood between the brackets. Raises `BadPath`."""
    if not text:
        return Path("")
    if text.lower() == "postmaster":
        return Path(text, text)
    found = _MAILBOX.fullmatch(text)
    if found is None or len(text.encode()) > MAX_PATH:
        raise BadPath("not a mailbox")
    local, domain = found["local"], found["domain"]
    if not _is_domain(domain):
        raise BadPath("not a domain")
    if local.startswith('"'):
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    return Path(text, local, domain)


def _is_domain(domain: str) -> bool:
    if _LITERAL.fullmatch(domain):
        return _is_address(domain[1:-1])
    octets = a_label(domain).encode()
    return _DOMAIN.fullmatch(domain) is not None and len(octets) <= MAX_DOMAIN and _LONG_LABEL.search(octets) is None


def _is_address(literal: str) -> bool:
    try:
        if literal.startswith("IPv6:"):
            IPv6Address(literal.removeprefix("IPv6:"))
        else:
            IPv4Address(literal)
    except AddressValueError:
        return False
    return True
