"""Every bound of the SMTP door, with its reason."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address

from gateway.model.limits import KIB, MIB

Networks = tuple[IPv4Network | IPv6Network, ...]


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """Sizes in bytes, times in seconds."""

    command_seconds: float = 300.0
    """For one command line; RFC 5321 section 4.5.3.2.7 asks servers for at least 5 minutes."""
    chunk_seconds: float = 180.0
    """For the next piece of data; the client side of section 4.5.3.2.5 gives up after 3 minutes too."""
    data_grace: float = 300.0
    data_rate: int = 1 * KIB
    """All of DATA may take `data_grace`, and a second more for each `data_rate` bytes that came: big mail on slow
    lines passes, a trickle does not."""
    connection_seconds: float = 3600.0
    """After this time a connection ends at the next command; Postfix reuses one for 5 minutes."""
    greeting_delay: float = 0.0
    """Before the greeting, for whoever cannot wait for it to show it; trusted peers are not kept waiting."""
    handshake_seconds: float = 30.0
    """For a TLS handshake: a few round trips, and no command may wait meanwhile."""
    proxy_seconds: float = 10.0
    """For the PROXY header, which a proxy sends at once."""
    ask_seconds: float = 60.0
    """For the next hop to answer to MAIL and RCPT; clients wait 5 minutes, a Postfix front 100 s."""
    deadline_seconds: float = 90.0
    """From the end of data to our reply: a Postfix front waits 100 s."""
    last_word_seconds: float = 5.0
    """For a client to read our 421 before the connection is cut."""
    connections: int = 1_000
    """At once in this worker; each may hold about 400 KiB of unread input."""
    per_client: int = 100
    """At once from one address; big providers use some tens."""
    idle_grace: float = 10.0
    """Where there is no room, the connection that has been silent longest makes place, if it was for so long."""
    in_flight: int = 1024 * MIB
    """Messages spooled at once in this worker."""
    size: int = 50 * MIB
    """Largest message, announced as SIZE (RFC 1870)."""
    recipients: int = 1_000
    """In one transaction; RFC 5321 section 4.5.3.1.8 asks for at least 100."""
    legs: int = 16
    """Conversations with next hops in one transaction, where recipients of several Groups share it."""
    errors: int = 20
    """Bad commands without a message between them (Postfix: smtpd_hard_error_limit)."""
    commands: int = 1_000
    """Commands other than accepted RCPT without a message between them."""
    line: int = 2_048
    """One command; RFC 5321 section 4.5.3.1.4 says 512, extensions add to it (Postfix: line_length_limit)."""
    hops: int = 50
    """Received fields after which a message loops (Postfix: hopcount_limit)."""
    postmaster: str = ""
    """Who gets mail to `<postmaster>` without a domain (RFC 5321 section 4.5.1); empty: nobody."""
    normalises: bool = False
    """A CR or LF that stands alone in a message becomes CR LF; otherwise the message is refused."""
    dsn: bool = False
    """DSN (RFC 3461) is offered, because the next hops have it."""
    prdr: bool = False
    """PRDR is offered: each recipient may have a reply of its own after the message."""
    proxies: Networks = ()
    """Whose connections begin with a PROXY header, always."""
    trusted: Networks = ()
    """Who may use XCLIENT and XFORWARD."""

    def is_proxy(self, address: str) -> bool:
        """Tell whether a PROXY header must come from there."""
        return _lies_in(address, self.proxies)

    def trusts(self, address: str) -> bool:
        """Tell whether XCLIENT and XFORWARD may come from there."""
        return _lies_in(address, self.trusted)


def _lies_in(address: str, networks: Networks) -> bool:
    """Tell whether `address` (empty on a unix socket) lies in one of `networks`."""
    if not networks or not address:
        return False
    ip = ip_address(address.partition("%")[0])
    return any(ip in network for network in networks)
