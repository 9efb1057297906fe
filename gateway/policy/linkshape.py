"""The section `links` of a policy file: a tenant's own file hosts, and where their files are now."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from gateway.policy.units import domain
from gateway.policy.words import Duration, Shape

_PATH = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*,;=:@%+-]+)*/?")
_MOST = 500


def web_place(value: str) -> str:
    """Return a host with the beginning of a path, in the form of links that are compared with it."""
    host, slash, path = value.partition("/")
    if len(value) > _MOST or host.startswith("*") or not _PATH.fullmatch(slash + path) or _climbs(path):
        raise ValueError(
            f'"{value:.100}" is not a place in the web; allowed: files.acme.example, files.acme.example/share'
        )
    return f"{domain(host)}{slash}{path}".removesuffix("/") + "/"


def web_address(value: str) -> str:
    """Return the address in the web that takes a place's stead."""
    scheme, _, rest = value.partition("://")
    if scheme not in {"https", "http"}:
        raise ValueError(f'"{value:.100}" is not a web address; allowed: https://files.acme.example/share')
    host, colon, port = rest.partition("/")[0].partition(":")
    if colon and not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise ValueError(f'"{value:.100}" has no port between 1 and 65535')
    at = web_place(host + rest[len(host + colon + port) :])
    return f"{scheme}://{at.partition('/')[0]}{colon}{port}/{at.partition('/')[2]}"


def _climbs(path: str) -> bool:
    return any(segment.replace("%2e", ".").replace("%2E", ".") in {".", ".."} for segment in path.split("/"))


class LinkHost(Shape):
    """A place where files lay, and the one where they are now."""

    place: Annotated[str, AfterValidator(web_place)] = Field(alias="from")
    to: Annotated[str, AfterValidator(web_address)] = ""


class Links(Shape):
    """Links that are rewritten onto the tenant's attachment domain."""

    hosts: Annotated[list[LinkHost], Field(max_length=50)] = Field(default=[])
    ttl: Duration = 365 * 86_400.0
