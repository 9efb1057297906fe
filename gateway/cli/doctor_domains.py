"""What `postern doctor` says of attachment domains: that one bad file must not reach the others, nor the mail.

A list that means a whole organisation lists the registrable domain. So shards must not share one, neither with each
other nor with anything that the tenants or we ourselves are known by.
"""

import socket
import ssl
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from publicsuffixlist import PublicSuffixList

from gateway.app import status
from gateway.app.settings import Settings
from gateway.cli.show import Finding
from gateway.model.hosted import Shard

FEWEST = 6
"""Attachment domains that are advised: a listing of one then reaches a sixth of the tenants."""
_PATIENCE = 10.0
_DAYS = 14
"""Before its end in which a certificate is told of."""

Reach = Callable[[str], str]
"""Returns where a domain is connected to."""


def remarks(settings: Settings, mail_domains: Iterable[str], reach: Reach = lambda domain: domain) -> Iterator[Finding]:
    """Look at all attachment domains; `mail_domains` are those of the tenants."""
    shards = settings.hosting.domains
    if not shards:
        return
    yield _count(shards)
    shared = list(_shared(shards, {*mail_domains, settings.server.hostname}))
    yield from shared
    if not shared:
        yield Finding("ok", "domains apart", "each has a registrable domain of its own")
    for one in shards:
        yield _certificate(settings, one.domain, reach(one.domain))
    yield _watched(settings)


def _count(shards: Iterable[Shard]) -> Finding:
    count = len(list(shards))
    detail = f"{count} attachment domains: a listing of one reaches 1/{count} of the tenants"
    if count >= FEWEST:
        return Finding("ok", "domains", detail)
    return Finding("warn", "domains", detail, f"have at least {FEWEST}, registered apart")


def _shared(shards: Iterable[Shard], mail_domains: Iterable[str]) -> Iterator[Finding]:
    suffixes = PublicSuffixList()
    groups: dict[str, list[str]] = defaultdict(list)
    for one in shards:
        groups[suffixes.privatesuffix(one.domain) or ""].append(one.domain)
    for domain in groups.pop("", ()):
        yield Finding("warn", "domains apart", f"{domain} is a public suffix", "use one that you registered")
    for parent, domains in groups.items():
        if len(domains) > 1:
            detail = f"{', '.join(domains)} share {parent}: a listing of one is a listing of all"
            yield Finding("warn", "domains apart", detail, "register another domain")
    for name in sorted(mail_domains):
        parent = suffixes.privatesuffix(name.lower().strip("*.")) or ""
        for domain in groups.get(parent, ()):
            detail = f"{domain} shares {parent} with {name}: a listing would reach its mail"
            yield Finding("warn", "domains apart", detail, "use a domain that is used for nothing else")


def _certificate(settings: Settings, domain: str, host: str) -> Finding:
    what, port = f"TLS of {domain}", settings.hosting.port
    if settings.hosting.scheme != "https":
        return Finding("warn", what, "hosting.scheme is http: links can be read and changed on the way", "use https")
    try:
        with (
            socket.create_connection((host, port), _PATIENCE) as sock,
            ssl.create_default_context().wrap_socket(sock, server_hostname=domain) as tls,
        ):
            end = ssl.cert_time_to_seconds(str((tls.getpeercert() or {})["notAfter"]))
    except ssl.SSLCertVerificationError as error:
        return Finding("warn", what, f"no valid certificate: {error.verify_message}", "renew it, for this name")
    except (OSError, KeyError) as error:
        return Finding("warn", what, f"no TLS on port {port}: {error}", "point its name here; see docs/domains.md")
    days = (end - time.time()) / 86400
    if days < _DAYS:
        return Finding("warn", what, f"the certificate ends in {days:.0f} days", "see why it is not renewed")
    return Finding("ok", what, f"certificate for {days:.0f} days")


def _watched(settings: Settings) -> Finding:
    what = "domain listings"
    if not settings.listings.sources:
        return Finding("warn", what, "nobody is asked whether a domain is listed", "set listings.sources")
    if status.ask(status.jobs_place(settings.paths.run)) is None:
        return Finding("warn", what, "nobody asks: no process of jobs runs here", "run `postern serve --role jobs`")
    return Finding("ok", what, f"{len(settings.listings.sources)} sources every {settings.listings.interval:.0f} s")
