"""The settings of the files service."""

from gateway.app.section import Section, setting
from gateway.app.units import (
    Addresses,
    Duration,
    MaybeAddress,
    MaybeLocation,
    Networks,
)


class Files(Section):
    """The files service, `postern serve --role files`, and its API for programs (docs/files.md)."""

    listen: Addresses = setting(
        ("127.0.0.1:8600",), "Addresses on which it speaks HTTP; whoever ends TLS stands in front.", min_length=1
    )
    workers: int = setting(1, "Its processes.", ge=1, le=64)
    proxies: Networks = setting(
        ("127.0.0.0/8", "::1"), "Who may name the client in X-Forwarded-For; from others it counts for nothing."
    )
    accel: str = setting(
        "",
        "Where nginx has the blob folder as an `internal` location, such as `/blobs/`: then nginx sends the contents"
        " (X-Accel-Redirect).",
        pattern=r"^(/[A-Za-z0-9._/-]*/)?$",
    )
    connections: int = setting(2000, "Connections of each process at a time; beyond it they are turned away.", ge=1)
    per_client: int = setting(
        50, "Connections at a time from one address; those of `proxies` may have as many as there are.", ge=1
    )
    stall: Duration = setting("30s", "Silence of a reader, and of one who sends a request, that ends a connection.")
    per_hour: int = setting(200, "Downloads of one file in an hour; beyond it 429.", ge=1)
    client_per_hour: int = setting(600, "Downloads of one client (/24 or /48) in an hour, per process.", ge=1)
    requests_per_day: int = setting(5, "How often a day one can be asked to give a file out again.", ge=1)
    rescan: Duration = setting("20s", "For the scan of a file whose last one knew older signatures; then 503.")
    api_listen: MaybeAddress = setting(
        None, "Address of the API that takes files back; keep it on the loopback. None: no API."
    )
    api_tokens: MaybeLocation = setting(
        None, "Its callers: lines of `name token`, a token of at least 32 characters (`openssl rand -hex 32`)."
    )
