"""Which rule of a policy decides a file: rules are tried top to bottom, the first that matches.

A condition that is not met is named, so that the same code that decides can say what came near. A rule that
lets a file pass asks for more: all readings agree, every recipient is meant, the sender is vouched for, the
list is fresh. A rule that forbids is content with any one of them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import translate
from functools import lru_cache

from gateway.model.artifact import Artifact
from gateway.model.conditions import Between, Hours, Scanned, When
from gateway.model.facts import Facts
from gateway.model.finding import Gravity
from gateway.model.policy import Action, Rule
from gateway.policy.agree import Reading
from gateway.policy.names import folded
from gateway.policy.senders import is_sender, results, rules_over_recipients

_NAMED = (
    ("encrypted", Gravity.ENCRYPTED),
    ("macros", Gravity.MACROS),
    ("active_content", Gravity.ACTIVE),
    ("mismatch", Gravity.DISGUISE),
)
"""Conditions that stand for findings about the file."""
_REPLACING = frozenset((Action.HOST, Action.STRIP))


class Members:
    """The files of a message by the containers around them; put in order when a rule first asks."""

    def __init__(self, places: Sequence[str], readings: Sequence[Reading]) -> None:
        self._files = tuple(zip(places, readings, strict=True))
        self._inside: dict[str, list[Reading]] | None = None

    def of(self, where: str) -> Sequence[Reading]:
        """Return how the files in a container read, at any depth."""
        if self._inside is None:
            self._inside = {}
            for place, reading in self._files:
                end = place.find("/")
                while end >= 0:
                    self._inside.setdefault(place[:end], []).append(reading)
                    end = place.find("/", end + 1)
        return self._inside.get(where, ())


@dataclass(frozen=True, slots=True)
class Case:
    """One file of a message, and all that rules may ask about it."""

    facts: Facts
    artifact: Artifact
    reading: Reading
    members: Members
    gravities: frozenset[Gravity] = frozenset()
    """Of the findings about this file."""
    scanned: Scanned = Scanned.UNSCANNED
    is_own: bool = False
    """The message is made of it: a body, a signature, a report that is what it is for."""

    def is_about(self, gravity: Gravity) -> bool:
        """Tell whether something of this gravity is known of the file."""
        if gravity is Gravity.DISGUISE:
            return gravity in self.gravities or (self.reading.is_mismatch and not self.is_own)
        return gravity in self.gravities or (gravity is Gravity.ENCRYPTED and self.artifact.encrypted)


def first_rule(rules: Sequence[Rule], case: Case) -> Rule | None:
    """Return the first rule that covers a file, or None."""
    for rule in rules:
        for _ in unmet(rule, case):
            break
        else:
            return rule
    return None


def malware_rule(rules: Sequence[Rule]) -> Rule | None:
    """Return the first rule that covers whatever is infected and asks for nothing else."""
    return next((rule for rule in rules if rule.when == _INFECTED), None)


_INFECTED = When(scan=frozenset({Scanned.INFECTED}))


def answered(rule: Rule) -> frozenset[Gravity]:
    """Return the gravities that a rule's condition names, so that it answers for such findings about the file."""
    return frozenset(gravity for key, gravity in _NAMED if getattr(rule.when, key))


def unmet(rule: Rule, case: Case) -> Iterator[str]:
    """Yield the keys of the rule's conditions that do not hold; none where the rule matches."""
    if rule.expires is not None and case.facts.received_at >= rule.expires:
        yield "expires"
    if case.is_own and not rule.locked and (rule.action in _REPLACING or _asks_for_a_file(rule.when)):
        yield "attachment"
    is_mismatch = case.reading.is_mismatch and not case.is_own
    if is_mismatch and rule.passes and not rule.when.family and rule.when.mismatch is None:
        yield "mismatch"
    yield from _unmet(rule.when, case, passes=rule.passes)


def _asks_for_a_file(when: When) -> bool:
    return bool(when.family or when.detected_family or when.name or when.size or when.members_all or when.members_any)


def _unmet(when: When, case: Case, *, passes: bool) -> Iterator[str]:
    reading = case.reading
    if when.family and when.family.isdisjoint(reading.agrees if passes else reading.reads_as):
        yield "family"
    if when.scan and case.scanned not in when.scan:
        yield "scan"
    if when.detected_family and when.detected_family.isdisjoint(reading.shows):
        yield "detected_family"
    yield from _unmet_of_file(when, case, passes=passes)
    yield from _unmet_of_message(when, case, passes=passes)
    if when.negated and next(_unmet(when.negated, case, passes=not passes), None) is None:
        yield "not"


def _unmet_of_file(when: When, case: Case, *, passes: bool) -> Iterator[str]:
    if when.name and not any(_is_called(case.artifact, pattern) for pattern in when.name):
        yield "name"
    if when.size and not _is_between(case.artifact.size, when.size):
        yield "size"
    if when.depth and not _is_between(case.artifact.depth, when.depth):
        yield "depth"
    for key, gravity in _NAMED:
        wanted = getattr(when, key)
        if wanted is not None and wanted is not case.is_about(gravity):
            yield key
    if (when.members_all or when.members_any) and not _has_members(when, case, passes=passes):
        yield "members"


def _unmet_of_message(when: When, case: Case, *, passes: bool) -> Iterator[str]:
    facts = case.facts
    if when.sender and not is_sender(when.sender, facts, passes=passes):
        yield "sender"
    if when.recipient and not rules_over_recipients(when.recipient, facts, passes=passes):
        yield "recipient"
    if any(wanted.isdisjoint(results(method, facts.authentication)) for method, wanted in when.auth):
        yield "auth"
    if when.time and not _is_in(when.time, facts.received_at):
        yield "time"


def _is_between(number: int, bounds: Between) -> bool:
    return bounds.least <= number and (bounds.most is None or number <= bounds.most)


def _is_called(artifact: Artifact, pattern: str) -> bool:
    glob = _glob(pattern)
    return any(glob.fullmatch(folded(name).casefold()) for name in artifact.names)


@lru_cache(maxsize=1024)
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern.casefold()))


def _has_members(when: When, case: Case, *, passes: bool) -> bool:
    if not case.artifact.is_container:
        return False
    kinds = [one.agrees if passes else one.reads_as for one in case.members.of(case.artifact.where)]
    fits_all = not any(when.members_all.isdisjoint(kind) for kind in kinds) if when.members_all else True
    return fits_all and (not when.members_any or any(not when.members_any.isdisjoint(kind) for kind in kinds))


def _is_in(hours: Hours, at: float) -> bool:
    moment = datetime.fromtimestamp(at, UTC)
    minute = moment.hour * 60 + moment.minute
    if hours.after <= hours.before:
        is_hour = hours.after <= minute < hours.before
    else:
        is_hour = minute >= hours.after or minute < hours.before
    return is_hour and moment.weekday() in hours.days
