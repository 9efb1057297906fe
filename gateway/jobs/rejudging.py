"""Today's policies over yesterday's files: `decide()` once more, on what was known of each file when it came.

What a policy would keep back now is banned, with the rule that says so; what was banned by a policy and may pass now
is given out again. An infection is nobody's policy: such files are revoked, and none of this brings them back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.model.facts import Facts
from gateway.model.hosted import FileState, HostedFile
from gateway.model.policy import Action, Policy
from gateway.model.verdict import Judgement
from gateway.policy.decide import decide
from gateway.ports.upkeep import Standing

_PAGE = 500
_UNDECIDED = frozenset({Action.DEFER, Action.REBUILD})
"""Say nothing about the file: the one of a scanner that was silent, the other of the message around it."""


@dataclass(frozen=True, slots=True)
class Change:
    """What today's policy changes about one file."""

    file: HostedFile
    reason: str
    """Why it is banned; empty where it is given out again."""


@dataclass(frozen=True, slots=True)
class Blast:
    """What applying policies did, or would do, to one tenant's files."""

    tenant: str
    seen: int
    banned: Mapping[str, int]
    """By reason."""
    allowed: int
    downloads: int
    """Of the files that are banned now: who has them already."""


def forbidden(facts: Facts, policy: Policy, now: float) -> str:
    """Return why a policy keeps a file back now, by reason and rule; empty where it does not."""
    judged = decide(replace(facts, received_at=now, scanner_down_for=0.0), policy).judgements
    against = next((one for one in judged if _forbids(one)), None)
    return f"{against.reason}: {policy.name}, rule {against.rule}" if against else ""


def _forbids(one: Judgement) -> bool:
    return one.action > Action.HOST and one.action not in _UNDECIDED


def changes(standing: Standing, policy: Policy, now: float) -> Iterator[Sequence[Change | None]]:
    """Yield what changes for a tenant's files, page by page; None for a file that stays as it is. Blocks."""
    last: HostedFile | None = None
    while page := standing.walk(policy.name, last, _PAGE):
        yield [_change(file, forbidden(facts, policy, now)) for file, facts in page]
        last = page[-1][0]


def _change(file: HostedFile, reason: str) -> Change | None:
    is_banned = file.state is FileState.BANNED
    return Change(file, reason) if bool(reason) != is_banned else None


def apply(standing: Standing, policy: Policy, now: float, who: str, *, only_look: bool) -> Blast:
    """Ban and allow a tenant's files as its policy says now; return what that changes. Blocks."""
    seen = allowed = downloads = 0
    banned: dict[str, int] = {}
    for page in changes(standing, policy, now):
        seen += len(page)
        made = [one for one in page if one]
        for one in made:
            if one.reason:
                banned[one.reason] = banned.get(one.reason, 0) + 1
                downloads += one.file.downloads
            else:
                allowed += 1
        if not only_look:
            standing.forbid({one.file.id: one.reason for one in made if one.reason}, who)
            standing.allow([one.file.id for one in made if not one.reason], who)
    return Blast(policy.name, seen, banned, allowed, downloads)
