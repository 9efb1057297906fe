"""What SPF, DKIM, DMARC and ARC say of a message, as it came in (RFC 8601 names the results)."""

from dataclasses import dataclass
from enum import StrEnum


class AuthResult(StrEnum):
    """The results of RFC 8601 section 2.7."""

    NONE = "none"
    PASS = "pass"  # noqa: S105 - a result, not a password
    FAIL = "fail"
    SOFTFAIL = "softfail"
    NEUTRAL = "neutral"
    POLICY = "policy"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


@dataclass(frozen=True, slots=True)
class Spf:
    """RFC 7208, asked of MAIL FROM, or of HELO for the null sender."""

    result: AuthResult
    domain: str
    """In lower case A-labels."""
    is_helo: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Dkim:
    """One signature (RFC 6376)."""

    result: AuthResult
    domain: str
    """The d= tag, in lower case."""
    selector: str
    algorithm: str = ""
    is_weak: bool = False
    """It covers a part of the body only (l=), or its key is too short: it vouches for nothing."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Dmarc:
    """RFC 7489, for the domain of the From field."""

    result: AuthResult
    domain: str
    policy: str = "none"
    """What the domain asks for: none, quarantine or reject."""
    percent: int = 100
    """Of the messages that fail, to how many the domain wants that applied."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Arc:
    """The chain as a whole (RFC 8617)."""

    result: AuthResult
    """NONE, PASS or FAIL."""
    instances: int = 0
    sealer: str = ""
    """The d= of the newest seal."""
    detail: str = ""
    is_ended: bool = False
    """The newest seal says that the chain failed: no further seal may stand on it (section 5.1)."""


@dataclass(frozen=True, slots=True)
class Authentication:
    """All results about one message."""

    spf: Spf
    dkim: tuple[Dkim, ...]
    """In the order of the fields, the newest first; the number of them is capped."""
    dmarc: Dmarc
    arc: Arc

    @property
    def is_undecided(self) -> bool:
        """Tell whether DNS trouble kept a result from being known."""
        results = (self.spf.result, self.dmarc.result, self.arc.result, *(one.result for one in self.dkim))
        return AuthResult.TEMPERROR in results
