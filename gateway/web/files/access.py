"""What a link gives at this moment: pure, decided anew for every request from the row, the clock and the domain.

forged, cut, of an unknown file                404   one page for all of them
expired (the link or the file)                 410   gone for good; can be asked for
revoked, banned                                451   exists, and must not be given out; can be asked for
pending, scanning, under rescan                503   with Retry-After
on a domain that rests                         503   the page links to another domain
"""

from collections.abc import Sequence
from enum import Enum

from gateway.edit.tokens import Claims
from gateway.model.hosted import FileState, HostedFile, Shard, ShardState
from gateway.reputation.shards import assign
from gateway.web.files.onward import is_link

_IN_SERVICE = frozenset({ShardState.ACTIVE, ShardState.SPARE})


class Standing(Enum):
    """What becomes of a request: the page's name in `Words`, and the status."""

    GIVEN = ("gate", 200)
    UNKNOWN = ("unknown", 404)
    EXPIRED = ("expired", 410)
    REVOKED = ("revoked", 451)
    BANNED = ("banned", 451)
    ARRIVING = ("arriving", 503)
    CHECKING = ("checking", 503)
    RESTING = ("resting", 503)
    BUSY = ("busy", 429)
    UNAVAILABLE = ("unavailable", 503)

    @property
    def page(self) -> str:
        """Name the page that says so."""
        return self.value[0]

    @property
    def status(self) -> int:
        """Name the HTTP status."""
        return self.value[1]

    @property
    def can_be_asked_for(self) -> bool:
        """Tell whether an admin could give the file out again."""
        return self in (Standing.EXPIRED, Standing.REVOKED, Standing.BANNED)


_OF_STATE = {
    FileState.LIVE: Standing.GIVEN,
    FileState.PENDING: Standing.ARRIVING,
    FileState.SCANNING: Standing.CHECKING,
    FileState.REVOKED: Standing.REVOKED,
    FileState.BANNED: Standing.BANNED,
    FileState.EXPIRED: Standing.EXPIRED,
}


def standing(claims: Claims, file: HostedFile | None, now: float) -> Standing:
    """Decide over a token that is ours."""
    if file is None or (file.tenant, file.audience) != (claims.tenant, claims.audience):
        return Standing.UNKNOWN
    of_state = of(file.state)
    if of_state in (Standing.REVOKED, Standing.BANNED):
        return of_state
    if not (file.has_content or is_link(file)) or now >= min(claims.expires_at, file.expires_at):
        return Standing.EXPIRED
    return of_state


def of(state: FileState) -> Standing:
    """Return what a file's state means for those who want it."""
    return _OF_STATE[state]


def is_ours(host: str, shards: Sequence[Shard]) -> bool:
    """Tell whether a request came to one of the attachment domains; where there are none, any name will do."""
    return not shards or any(one.domain == host for one in shards)


def elsewhere(host: str, tenant: str, shards: Sequence[Shard]) -> str:
    """Return the domain where a link works while its own is out of service; empty where it works here.

    Where no domain is in service, it works here all the same: a link in a delivered mail must never be dead.
    """
    here = next((one for one in shards if one.domain == host), None)
    if here is None or here.state in _IN_SERVICE:
        return ""
    found = assign(tenant, shards, here.pool) or next((one for one in shards if one.state in _IN_SERVICE), None)
    return found.domain if found else ""
