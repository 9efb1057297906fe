"""Sender authentication and sealing: strangers' bytes in the sandbox, DNS and private keys here.

The child says what it must know of DNS, the worker asks, the child goes on; the questions of one message are
bounded in number and time. A seal is hashed in the child and signed here: no process holds both the message and
the key.
"""

import time
from collections.abc import Callable
from time import monotonic
from typing import Protocol

import structlog

from gateway.adapters.dns import Resolver
from gateway.adapters.sandbox.errands import ErrandFailed
from gateway.authn.answers import Answer, Found, Question
from gateway.authn.errands import Client, Errand, Outcome, Verifying
from gateway.model.authentication import Arc, Authentication, AuthResult, Dmarc, Spf
from gateway.model.envelope import Envelope
from gateway.model.limits import Deadline, Limits
from gateway.ports.spool import Spool

log = structlog.get_logger()

MOST_QUESTIONS = 150
"""Of one message: ten SPF mechanisms with ten MX each are 110, signatures and chain take the rest."""
_MOST_ROUNDS = 40
LIMITS = Limits()


class Errands(Protocol):
    """Children that do errands."""

    async def run(self, spool: Spool, limits: Limits, errand: Errand, deadline: Deadline) -> Outcome:
        """Have one child do it. Raises ErrandFailed, and Deferred where no child is free in time."""


class SandboxedAuthenticator:
    """Does what the Authenticator port promises."""

    def __init__(
        self, errands: Errands, resolver: Resolver, seconds: float, clock: Callable[[], float] = time.time
    ) -> None:
        """Verify by `errands` and `resolver`; the answers about one message may take `seconds`."""
        self._errands = errands
        self._resolver = resolver
        self._seconds = seconds
        self._clock = clock

    async def close(self) -> None:
        """Give the resolver back."""
        await self._resolver.close()

    async def verify(self, spool: Spool, envelope: Envelope, deadline: Deadline) -> Authentication:
        """Evaluate the message as it came."""
        client = Client(envelope.peer.ip, envelope.peer.helo, envelope.sender.address)
        known: dict[Question, Answer] = {}
        now, until = int(self._clock()), deadline.sooner(self._seconds, monotonic())
        for _ in range(_MOST_ROUNDS):
            errand = Errand(verifying=Verifying(client, tuple(known.items()), now))
            try:
                found = (await self._errands.run(spool, LIMITS, errand, deadline)).verified
            except ErrandFailed as failure:
                log.warning("authentication_failed", reason=str(failure))
                return undecided(f"could not be evaluated: {failure}")
            if found is None:
                return undecided("no answer from the sandbox")
            if found.authentication is not None:
                return found.authentication
            room = max(0, MOST_QUESTIONS - len(known))
            known |= dict.fromkeys(found.missing, Answer(Found.TROUBLE))
            known |= await self._resolver.answers(found.missing[:room], until)
        return undecided("too many rounds of questions")


def undecided(detail: str) -> Authentication:
    """Return the results of a message that could not be evaluated."""
    trouble, words = AuthResult.TEMPERROR, ascii(detail)[1:-1][:100]
    return Authentication(
        Spf(trouble, "", detail=words), (), Dmarc(trouble, "", detail=words), Arc(trouble, detail=words)
    )
