"""Where a link leads, as a browser sees it: only that host counts, whatever the link looks like.

Backslashes, missing slashes, line ends, credentials, percent signs, full-width letters and numbers are read as the
URL standard reads them.
"""

import re
from collections.abc import Sequence

import can_ada

from gateway.model.links import LinkHost

MOST = 2_000
"""Characters of a link that is rewritten."""
_PORTLESS = {"http:", "https:"}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_BLANK = "".join(map(chr, range(0x21)))
_BREAKS = str.maketrans("", "", "\t\n\r")


def target_of(url: str, hosts: Sequence[LinkHost], base: str = "") -> str:
    """Return the link in its normal form where it leads to one of the hosts; else nothing."""
    if len(url) > MOST:
        return ""
    whole = _joined(url, base) if base else url
    try:
        parsed = can_ada.parse(whole)
    except (ValueError, TypeError):  # no URL; or text that has no UTF-8 form
        return ""
    host = parsed.hostname.removesuffix(".")
    if parsed.protocol not in _PORTLESS or parsed.port or not host:
        return ""
    path = parsed.pathname
    if not any(one.host == host and path.startswith(one.path) for one in hosts):
        return ""
    target = f"https://{host}{path}{parsed.search}{parsed.hash}"
    return target if len(target) <= MOST else ""


def base_of(url: str) -> str:
    """Return what relative links stand on: up to the last slash of the path; nothing where that is no web page."""
    try:
        parsed = can_ada.parse(url)
    except (ValueError, TypeError):
        return ""
    if parsed.protocol not in _PORTLESS:
        return ""
    return f"{parsed.protocol}//{parsed.host}{parsed.pathname}"


def _joined(url: str, base: str) -> str:
    """Put a relative link on its base; an absolute one stays as it is."""
    bare = url.strip(_BLANK).translate(_BREAKS)
    protocol, _, rest = base.partition("//")
    scheme = _SCHEME.match(bare)
    if scheme:
        same = scheme[0].lower() == protocol and bare[scheme.end() : scheme.end() + 1] not in {"/", "\\"}
        if not same:
            return bare
        bare = bare[scheme.end() :]
    start = bare[:2].replace("\\", "/")
    if start == "//":
        return protocol + bare
    if start[:1] == "/":
        return f"{protocol}//{rest.partition('/')[0]}{bare}"
    if start[:1] in {"", "?", "#"}:
        return base + bare
    return base[: base.rindex("/") + 1] + bare
