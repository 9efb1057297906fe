"""Sender authentication: what is said of a message that came, and the seal on one that leaves."""

from typing import Protocol

from gateway.model.authentication import Authentication
from gateway.model.envelope import Envelope
from gateway.model.limits import Deadline
from gateway.model.plan import Plan
from gateway.ports.spool import Spool


class Authenticator(Protocol):
    """Evaluates SPF, DKIM, ARC and DMARC."""

    @property
    def authserv_id(self) -> str:
        """Our name in Authentication-Results (RFC 8601 section 2.5)."""

    @property
    def is_always_asked(self) -> bool:
        """Every message is evaluated, not only where a policy or a change needs it."""

    async def verify(self, spool: Spool, envelope: Envelope, deadline: Deadline) -> Authentication:
        """Evaluate the message as it came.

        DNS that fails or is slow, and a message that cannot be evaluated, are results (temperror), never raised.
        Raises `Deferred` only where nothing could be tried.
        """


class Sealer(Protocol):
    """Adds a link to the Authenticated Received Chain (RFC 8617)."""

    async def seal(self, spool: Spool, plan: Plan, found: Authentication, deadline: Deadline) -> bytes:
        """Return the fields to put on top of what leaves: `spool` with the edits of `plan`.

        Returns nothing where no seal can be made and mail may leave without; raises `Deferred` (451) where it may
        not.
        """
