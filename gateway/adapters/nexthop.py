"""Where mail goes: chooses how to speak to the hops of a route, and owns what their conversations share.

In reading order: `nexthop_counters`, `nexthop_stream` (with `nexthop_lastwords`), `nexthop_connection`,
`nexthop_pool`, `nexthop_names`, `nexthop_opening`, `nexthop_conversation`; `maildir` beside them.
"""

from itertools import takewhile
from pathlib import Path

from gateway.adapters.maildir import MaildirConversation
from gateway.adapters.nexthop_conversation import SmtpConversation
from gateway.adapters.nexthop_counters import HopCounters
from gateway.adapters.nexthop_names import Names
from gateway.adapters.nexthop_opening import Opener
from gateway.adapters.nexthop_pool import Pool
from gateway.model.errors import Deferred
from gateway.model.limits import Deadline
from gateway.model.tenant import Route, Scheme
from gateway.ports.delivery import Conversation
from gateway.wire.smtp_client import Tls


class NextHops:
    """Implements `ports.delivery.NextHop` for SMTP, LMTP and Maildir; one for each event loop."""

    def __init__(self, hostname: str, tls: Tls, root: Path) -> None:
        """Greet as `hostname`; relative Maildir folders lie under `root`."""
        self.counters = HopCounters()
        self._root = root
        self._pool = Pool()
        self._names = Names()
        self._opener = Opener(hostname, tls, self._pool, self.counters, self._names)

    async def open(self, route: Route, deadline: Deadline) -> Conversation:
        """Greet the first hop of `route` that answers, or take a kept connection; a folder always answers."""
        servers = tuple(takewhile(lambda hop: hop.scheme is not Scheme.MAILDIR, route.hops))
        folder = next((hop for hop in route.hops if hop.scheme is Scheme.MAILDIR), None)
        try:
            connection = await self._opener.open(servers, deadline)
        except Deferred:
            if folder is None:
                raise
            return MaildirConversation(str(folder), self._root / folder.path)
        return SmtpConversation(self._opener, self._pool, servers, connection)

    async def close(self) -> None:
        """Close the kept connections."""
        self._names.close()
        await self._pool.close()
