"""Every setting with its default and what it does: the one source of the example file and the documentation.

Nothing here reads a file. Defaults are written as an admin would write them and pass the same checks.
"""

import os
import socket
from pathlib import Path
from typing import Any, Literal, Self, TypeGuard

from pydantic import model_validator

from gateway.app.section import Section, derived, setting
from gateway.app.settings_files import Files
from gateway.app.settings_hosting import Hosting
from gateway.app.settings_listings import Alarms, Listings
from gateway.app.settings_rescans import Rescans
from gateway.app.units import (
    Address,
    Addresses,
    Duration,
    Location,
    MaybeLocation,
    MilterAddresses,
    Mode,
    Networks,
    OneAddress,
    Resolvers,
    Scanners,
    SigningKeys,
    Size,
    SocketFile,
)


def _cpus() -> int:
    return len(os.sched_getaffinity(0))


class Server(Section):
    """The processes."""

    hostname: str = derived(
        socket.gethostname,
        "the machine's name",
        "Our name in the greeting, in EHLO to the next hop and in the trace field.",
        pattern=r"^[A-Za-z0-9_.\[\]:-]{1,255}$",
    )
    workers: int = derived(
        _cpus, "one for each CPU", "Worker processes; each takes connections on all addresses.", ge=1
    )
    children: int = setting(
        2, "Children of each worker that take messages apart, each confined and without network.", ge=1, le=64
    )


class Listen(Section):
    """Where mail comes in."""

    smtp: Addresses = setting(("127.0.0.1:2525",), "Addresses on which SMTP is spoken.")
    lmtp: Addresses = setting(
        (), "Addresses on which LMTP is spoken, for MTAs of your own: each recipient has a reply (docs/recipients.md)."
    )
    milter: MilterAddresses = setting(
        (), "Addresses on which MTAs ask us as their milter: `unix:PATH`, or `HOST:PORT` for MTAs that are trusted."
    )
    proxies: Networks = setting(
        (), "Load balancers: each connection from there must begin with a PROXY header (version 1 or 2)."
    )
    trusted: Networks = setting((), "MTAs in front that may say who the client is, by XCLIENT or XFORWARD.")
    prdr: bool = setting(True, "Offer PRDR to SMTP clients: a reply for each recipient, where a client asks for it.")

    @property
    def addresses(self) -> tuple[Address | SocketFile, ...]:
        """All of them: SMTP, then LMTP, then milter."""
        return (*self.smtp, *self.lmtp, *self.milter)

    @model_validator(mode="after")
    def _has_a_door(self) -> Self:
        if not self.addresses:
            raise ValueError("no address at all; allowed: at least one in smtp, lmtp or milter")
        return self


class Milter(Section):
    """The milter door: a site's own MTA keeps the mail and asks for a verdict (docs/milter.md)."""

    socket_mode: Mode = setting("0660", "Permissions of the unix sockets; the MTA's user must be able to write.")
    socket_group: str = setting("", "Group of the unix sockets, such as `postfix`; empty: the gateway's own.")
    quarantined: Literal["discard", "hold"] = setting(
        "discard",
        "What the MTA does with a message that our quarantine has: `discard` its copy, or `hold` it in a quarantine of"
        " its own too (Postfix: the hold queue).",
    )
    unknown_recipients: Literal["refuse", "accept"] = setting(
        "refuse",
        "Recipients that no tenant has: `refuse` with 550 5.7.1, or `accept` and leave them to the MTA, which then must"
        " not be an open relay. A milter that also sees outgoing mail needs `accept`.",
    )


class Tls(Section):
    """STARTTLS for clients; offered when a certificate is named."""

    certificate: MaybeLocation = setting(
        None, "PEM file with the certificate and its chain; read again when it changes."
    )
    key: MaybeLocation = setting(None, "PEM file with the private key; without it the certificate's file holds both.")

    @model_validator(mode="after")
    def _has_certificate(self) -> Self:
        if self.certificate is None and self.key is not None:
            raise ValueError("a key without a certificate; allowed: both, or a certificate whose file holds the key")
        return self


class Paths(Section):
    """Files and folders; relative ones are taken from the folder of this file."""

    policies: Location = setting("policies", "The policy files: `default.yaml`, `families.yaml`, `tenants/*.yaml`.")
    spool: Location = setting("var/spool", "Where large messages wait while they are inspected; never a queue.")
    maildir: Location = setting("var/mail", "Where the Maildirs of relative `maildir:` next hops lie.")
    run: Location = setting("var/run", "Sockets of the running gateway.")
    outcomes: Location = setting(
        "var/outcomes", "Record of messages whose outcome at the next hop is unknown, for `postern outcomes`."
    )


class Store(Section):
    """The quarantine: where messages lie that a policy holds or keeps a copy of."""

    folder: Location = setting(
        "var/store", "The database and the held messages, unless the next two say otherwise; made at the start."
    )
    url: str = setting(
        "",
        "PostgreSQL for several machines: `postgresql://user@host/name`; run `postern store upgrade` before the start.",
        pattern=r"^(postgresql://.+)?$",
    )
    blobs: str = setting(
        "",
        "S3 for the messages: `s3://bucket/prefix`; keys and endpoint come from the environment (`AWS_…`).",
        pattern=r"^(s3://.+)?$",
    )
    release_keys: MaybeLocation = setting(
        None,
        "Keys that sign passes for released messages, one to a line, the last one in use; made when first needed. "
        "Without it `release.keys` in the folder.",
    )
    wait: Duration = setting("20s", "For a message to be on durable storage before the client hears 451 4.3.0.")
    free: Size = setting("1GiB", "`postern doctor` warns when the folder's disk has less.")

    @property
    def keys(self) -> Path:
        """Where the keys of releases lie."""
        return self.release_keys or self.folder / "release.keys"


class Clamav(Section):
    """The virus scanner."""

    addresses: Scanners = setting(
        ("unix:/run/clamav/clamd.ctl",),
        "clamd daemons in order of preference: `unix:PATH` (fast: passes descriptors) or `tcp:HOST:PORT`.",
        min_length=1,
    )
    raw_up_to: Size = setting("1MiB", "Messages up to this size are also scanned as a whole; mail signatures need it.")
    refresh: Duration = setting(
        "10s", "How often to ask for the version of the signatures; cached verdicts belong to one."
    )
    max_age: Duration = setting("3d", "`postern doctor` warns when the signatures are older.")


class Authentication(Section):
    """SPF, DKIM, DMARC and ARC of what comes in (docs/authentication.md)."""

    check: Literal["needed", "always", "never"] = setting(
        "needed",
        "`needed`: where a policy asks and where a message is changed; `always`; `never`: nothing is sealed either.",
    )
    authserv_id: str = setting(
        "",
        "Our name in Authentication-Results; fields of senders that bear it are removed. Empty: server.hostname.",
        pattern=r"^[A-Za-z0-9_.-]{0,255}$",
    )
    resolver: Resolvers = setting((), "DNS servers, with a port where it is not 53; none: those of the system.")
    timeout: Duration = setting("20s", "For all DNS answers about one message; what is not there then is `temperror`.")


class Arc(Section):
    """The seal on messages that were changed (RFC 8617)."""

    domain: str = setting("", "The domain that seals.", pattern=r"^([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+)?$")
    keys: SigningKeys = setting(
        (), "Private keys (`postern keys make`), as selector:file; the first that can be read seals. None: no seals."
    )
    when_unsealed: Literal["defer", "pass"] = setting(
        "defer", "When a changed message cannot be sealed: `defer` it with 451, or let it `pass` without."
    )

    @model_validator(mode="after")
    def _has_domain(self) -> Self:
        if self.keys and not self.domain:
            raise ValueError("keys without a domain; allowed: both, or none")
        return self


class Relay(Section):
    """The way to the next hop."""

    tls: Literal["may", "verify", "never"] = setting(
        "may",
        "STARTTLS to the next hop: `may` takes what is offered, `verify` insists and checks the certificate.",
    )
    dsn: bool = setting(
        False,
        "Every next hop has DSN (RFC 3461): offer it and pass its parameters on; without, they are refused with 555.",
    )


class Limits(Section):
    """Bounds on what clients can take; limits on the content of a message are policy. Counts are per worker."""

    size: Size = setting("50MiB", "Largest message; announced as SIZE.")
    connections: int = setting(1000, "Connections at a time.", ge=1)
    per_client: int = setting(
        100, "Connections at a time from one address; raise it where one MTA in front brings all mail.", ge=1
    )
    recipients: int = setting(1000, "Recipients of one transaction; RFC 5321 asks for at least 100.", ge=100)
    in_flight: Size = setting("1GiB", "Bytes of all messages being received or inspected; beyond it 452 4.3.1.")
    greeting_delay: Duration = setting(
        "0s", "Wait before the greeting; who talks first gets 554. A few seconds keep out programs that cannot wait."
    )
    command: Duration = setting("300s", "Silence before a command that ends a connection with 421.")
    chunk: Duration = setting("180s", "Silence within the data of a message that ends a connection with 421.")
    ask: Duration = setting("60s", "For the next hop to answer to MAIL and RCPT.")
    deadline: Duration = setting("90s", "From the end of data to our reply; a Postfix in front waits 100 s.")
    drain: Duration = setting("30s", "Time for messages in flight when the gateway stops.")
    hops: int = setting(50, "Received fields after which a message loops: 554 5.4.6.", ge=1)
    bare_line_ends: Literal["refuse", "normalise"] = setting(
        "refuse",
        "A CR or LF that stands alone in a message: `refuse` with 554 5.6.0, or `normalise` it to CR LF first of all.",
    )
    postmaster: str = setting(
        "", "Who gets mail to `<postmaster>` without a domain (RFC 5321 section 4.5.1); empty: nobody."
    )


class Log(Section):
    """What is written to standard output, one line for each event."""

    format: Literal["auto", "json", "pretty"] = setting("auto", "`auto` is `pretty` on a terminal, else `json`.")
    level: Literal["debug", "info", "warning", "error"] = setting(
        "info", "The mildest events to write; the line of each message is `info`."
    )


class Monitor(Section):
    """Metrics and health over HTTP; keep it on the loopback."""

    listen: OneAddress = setting("127.0.0.1:9925", "Address of `/metrics`, `/healthz` and `/readyz`.")


class Settings(Section):
    """The whole file; every section is given, maybe empty."""

    server: Server
    listen: Listen
    milter: Milter
    tls: Tls
    paths: Paths
    store: Store
    clamav: Clamav
    authentication: Authentication
    arc: Arc
    relay: Relay
    limits: Limits
    log: Log
    monitor: Monitor
    hosting: Hosting
    files: Files
    rescans: Rescans
    listings: Listings
    alarms: Alarms

    @property
    def link_keys(self) -> Path:
        """Where the keys of links lie."""
        return self.hosting.keys or self.store.folder / "link.keys"


def sections() -> dict[str, type[Section]]:
    """Return the sections by name, in the order of the file."""
    return {name: field.annotation for name, field in Settings.model_fields.items() if _is_section(field.annotation)}


def _is_section(annotation: Any) -> TypeGuard[type[Section]]:
    return isinstance(annotation, type) and issubclass(annotation, Section)
