"""ARC seals: hashed in the sandbox, signed here with keys that are read again on reload."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from gateway.adapters.authenticator import LIMITS, Errands
from gateway.adapters.sandbox.errands import ErrandFailed
from gateway.authn.errands import Errand, Sealing
from gateway.authn.results import results_text
from gateway.authn.seal import Stamp, Unsealable, finish
from gateway.authn.signing import BadKey, Signer, signer
from gateway.model.authentication import Authentication
from gateway.model.errors import Deferred
from gateway.model.limits import Deadline
from gateway.model.plan import Plan
from gateway.model.reply import UNSEALED
from gateway.ports.spool import Spool

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Seals:
    """How seals are made."""

    domain: str
    keys: Sequence[tuple[str, Path]]
    """Selectors and files. The first that can be read signs; the others wait for their day."""
    authserv_id: str
    may_go_without: bool
    """A changed message leaves unsealed where no seal can be made; else 451."""


class ArcSealer:
    """Implements the Sealer port."""

    def __init__(self, errands: Errands, seals: Seals, clock: Callable[[], float] = time.time) -> None:
        """Read the keys; one that cannot be read is logged, not raised."""
        self._errands = errands
        self._seals = seals
        self.sealed = 0
        self.unsealed = 0
        """Changed messages for which no seal could be made."""
        self._clock = clock
        self._key: tuple[str, Signer] | None = None
        self.refresh()

    def refresh(self) -> None:
        """Read the keys again."""
        self._key = None
        for selector, path in self._seals.keys:
            try:
                self._key = (selector, read_key(path))
            except BadKey as error:
                log.error("arc_key_unreadable", selector=selector, path=str(path), error=str(error))  # noqa: TRY400 - no fault in our code
            else:
                return

    async def seal(self, spool: Spool, plan: Plan, found: Authentication, deadline: Deadline) -> bytes:
        """Return the fields to put on top of what leaves."""
        try:
            fields = await self._sealed(spool, plan, found, deadline)
        except (Unsealable, ErrandFailed) as error:
            self.unsealed += 1
            log.warning("unsealed", reason=str(error))
            if self._seals.may_go_without:
                return b""
            raise Deferred(UNSEALED.reply(), f"no seal: {error}") from error
        self.sealed += bool(fields)
        return fields

    async def _sealed(self, spool: Spool, plan: Plan, found: Authentication, deadline: Deadline) -> bytes:
        if found.arc.is_ended:
            return b""
        if self._key is None:
            raise Unsealable("no key can be read")
        selector, key = self._key
        material = (await self._errands.run(spool, LIMITS, Errand(sealing=Sealing(plan)), deadline)).material
        if material is None:
            raise ErrandFailed("no answer from the sandbox")
        stamp = Stamp(self._seals.domain, selector, key.algorithm, int(self._clock()))
        return finish(material, found.arc, results_text(self._seals.authserv_id, found), stamp, key.sign)


def read_key(path: Path) -> Signer:
    """Read a private key. Raises BadKey."""
    try:
        return signer(path.read_bytes())
    except OSError as error:
        raise BadKey(error.strerror or "cannot be read") from error
