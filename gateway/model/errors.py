"""Errors that become replies, by whose turn it is.

    GatewayError
    ├── Deferred     4xx: ours, the network's, or in doubt; try again
    └── Refused      5xx: final

Each carries the Reply for the client and the reason for the log; the two differ on purpose: the public
text names no path, no setting and no mechanism. Each door turns them into replies at one single place.
"""

from gateway.model.reply import Reply


class GatewayError(Exception):
    """Something that ends a transaction with a known reply."""

    def __init__(self, reply: Reply, reason: str) -> None:
        super().__init__(reason)
        self.reply = reply
        self.reason = reason
        self.next_hop = ""
        """The hop that was given the message when it happened; empty before."""


class Deferred(GatewayError):
    """The client should try again later."""


class UnknownOutcome(Deferred):
    """The final dot was sent and no answer came: the next hop may have the message."""


class Refused(GatewayError):
    """The client should not try again."""
