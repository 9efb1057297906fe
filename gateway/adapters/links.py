"""Finding links in the children of the sandbox: hostile pages are read there only."""

from typing import Protocol

import structlog

from gateway.adapters.sandbox.errands import ErrandFailed
from gateway.authn.errands import Errand, Outcome
from gateway.model.limits import Deadline, Limits
from gateway.model.links import Linked, Linking
from gateway.ports.spool import Spool

LIMITS = Limits()
log = structlog.get_logger()


class Errands(Protocol):
    """What the children of a crew do beside examining."""

    async def run(self, spool: Spool, limits: Limits, errand: Errand, deadline: Deadline) -> Outcome:
        """Have one child do it."""


class SandboxedFinder:
    """Implements the LinkFinder port."""

    def __init__(self, errands: Errands) -> None:
        self._errands = errands

    async def find(self, spool: Spool, linking: Linking, deadline: Deadline) -> Linked | None:
        """Return the links; None where a child crashed, took too long or answered what cannot be true."""
        try:
            found = (await self._errands.run(spool, LIMITS, Errand(linking=linking), deadline)).linked
        except ErrandFailed as error:
            log.warning("links_not_found", reason=str(error))
            return None
        if found is None or not _is_sound(found, spool.size):
            log.warning("links_not_found", reason="an answer that cannot be true")
            return None
        return found


def _is_sound(found: Linked, size: int) -> bool:
    """Tell whether the slots are in order and inside of the message; a child is not trusted."""
    at = 0
    for one in found.slots:
        if not at <= one.span.start <= one.span.end <= size or one.column < 0:
            return False
        if one.coding and not (one.column <= one.width and min(one.rest, one.size) >= 0):
            return False
        at = one.span.end
    return True
