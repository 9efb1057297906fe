"""When an attachment domain counts as listed, and when a source that says so is believed.

Two small machines. `step` takes one round of answers about one domain. A source's word counts when it has been the
same for a while: from its first answer to its last one, never by time that passed in silence. So a source that falls
silent can neither list a domain nor clear it; after a longer silence its word begins anew. `trust` takes what a
source said of a name that it must list and of one that it must not: one that lists everything or nothing is put
aside at once, its word counts for no domain, and it comes back after it has been right for a while.

A domain that became listed stays so for at least `Rules.clean_for`, whatever the sources say: flapping moves its
tenants once in that time and not more often.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Word(StrEnum):
    """What a source said of a name."""

    LISTED = "listed"
    CLEAN = "clean"
    SILENT = "silent"
    """No answer, a refusal, or something that could not be read as one."""


@dataclass(frozen=True, slots=True)
class Said:
    """One answer."""

    word: Word
    detail: str = ""
    """For people: which of its lists, or why there is no answer."""


@dataclass(frozen=True, slots=True)
class Round:
    """What the sources said of one domain at one time."""

    said: tuple[tuple[str, Said], ...]
    """By the name of the source."""
    aside: frozenset[str] = frozenset()
    """Sources whose word counts for nothing now."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How much it takes; times in seconds."""

    sources: int = 1
    """That must agree on a listing."""
    listed_for: float = 30.0
    """From a source's first such answer to its last one."""
    clean_for: float = 86400.0
    """The same, of every source that listed the domain; also the shortest time that a listing lasts."""
    gap: float = 3600.0
    """After a longer silence a source's word begins anew."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """The last word of one source about one domain."""

    source: str
    is_listed: bool
    since: float
    """Its first answer that said so, without another one or a long silence in between."""
    at: float
    """Its last answer that said so."""
    detail: str = ""
    accused_at: float | None = None
    """When it last said that the domain is listed."""

    def has_lasted(self, seconds: float) -> bool:
        """Tell whether it has said the same for so long."""
        return self.at - self.since >= seconds


@dataclass(frozen=True, slots=True)
class Listing:
    """What is known of one domain."""

    domain: str
    is_listed: bool = False
    since: float = 0.0
    """When it came to be listed, or clean again."""
    opinions: tuple[Opinion, ...] = ()
    """By the name of the source."""

    def accusers(self) -> tuple[Opinion, ...]:
        """Return the opinions of those that list it."""
        return tuple(one for one in self.opinions if one.is_listed)


@dataclass(frozen=True, slots=True)
class Trust:
    """Whether a source is believed."""

    source: str
    is_aside: bool = False
    since: float = 0.0
    reason: str = ""
    right_since: float | None = None
    """While it is aside: since when it has been right again."""


def step(record: Listing, event: Round, now: float, rules: Rules) -> Listing:
    """Take one round of answers."""
    opinions = _heard(record.opinions, event, now, rules.gap)
    counted = [one for one in opinions if one.source not in event.aside]
    record = replace(record, opinions=opinions)
    if record.is_listed:
        is_over = now - record.since >= rules.clean_for and _is_cleared(record.since, counted, rules)
        return replace(record, is_listed=False, since=now) if is_over else record
    sure = [one for one in counted if _is_fresh(one, now, rules) and one.is_listed and one.has_lasted(rules.listed_for)]
    return replace(record, is_listed=True, since=now) if len(sure) >= rules.sources else record


def trust(record: Trust, must: Said | None, must_not: Said | None, now: float, again_after: float) -> Trust:
    """Take what a source said of a name that it must list, and of one that it must not; None where there is none."""
    said = [one for one in (must, must_not) if one]
    wrong = []
    if must and must.word is Word.CLEAN:
        wrong.append("does not list what it must")
    if must_not and must_not.word is Word.LISTED:
        wrong.append("lists what it must not")
    if wrong:
        since = record.since if record.is_aside else now
        return Trust(record.source, is_aside=True, since=since, reason=" and ".join(wrong))
    if not record.is_aside or any(one.word is Word.SILENT for one in said):
        return record
    right_since = min(now, now if record.right_since is None else record.right_since)
    if now - right_since >= again_after:
        return Trust(record.source, since=now)
    return replace(record, right_since=right_since)


def _heard(before: Iterable[Opinion], event: Round, now: float, gap: float) -> tuple[Opinion, ...]:
    """Return every source's last word; silence leaves it as it was."""
    opinions = {one.source: one for one in before}
    for source, said in event.said:
        if said.word is Word.SILENT or source in event.aside:
            continue
        last, is_listed = opinions.get(source), said.word is Word.LISTED
        goes_on = last is not None and last.is_listed == is_listed and abs(now - last.at) <= gap
        since = last.since if last and goes_on else now
        accused_at = now if is_listed else (last.accused_at if last else None)
        opinions[source] = Opinion(source, is_listed, min(since, now), now, said.detail, accused_at)
    return tuple(opinions[source] for source in sorted(opinions))


def _is_fresh(one: Opinion, now: float, rules: Rules) -> bool:
    return now - one.at <= rules.gap


def _is_cleared(since: float, counted: Iterable[Opinion], rules: Rules) -> bool:
    """Tell whether somebody has called the domain clean for long enough, and everybody who listed it among them."""
    opinions = tuple(counted)
    clean = [one for one in opinions if not one.is_listed and one.has_lasted(rules.clean_for)]
    accused = [one for one in opinions if one.accused_at is not None and one.accused_at >= since - rules.gap]
    held = [one for one in opinions if one.is_listed]
    return bool(clean) and not held and all(one in clean for one in accused)
