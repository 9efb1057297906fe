"""What scanners said of each file, and what the policy makes of that.

An infection always rejects; a signature that the policy ignores, and whose time is not over, counts as clean
and is noted. Where no scanner gave a whole verdict, `scanning.when_down` decides, for a family that it names
by that family's word. The raw message and what it is made of follow the mildest of these words: every file
in it is judged by its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.model.conditions import Scanned
from gateway.model.facts import Facts
from gateway.model.finding import FindingKind
from gateway.model.policy import Action, Policy
from gateway.model.scan import Outcome, ScanResult
from gateway.model.verdict import Judgement
from gateway.policy.agree import Reading
from gateway.policy.match import malware_rule

IGNORED = "ignore_signatures"
"""Stands where a rule's id does in the note about an ignored signature."""
WHEN_DOWN = "when_down"
"""And where nobody scanned."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What all scanners together said of each place."""

    said: Mapping[str, Scanned]
    doubtful: frozenset[str]
    """Places about which a scanner gave no whole verdict, and may give one later."""
    is_any: bool
    """Scanners ran at all."""

    def misses(self, where: str) -> bool:
        """Tell whether scanners ran, and one owes a verdict about this place."""
        return self.is_any and (where in self.doubtful or where not in self.said)


def hear(facts: Facts, policy: Policy) -> Heard:
    """Put together what all scanners said."""
    said: dict[str, Scanned] = {}
    doubtful = set()
    for one in facts.scans:
        if one.outcome is Outcome.CLEAN or is_ignored(one, facts.received_at, policy):
            said.setdefault(one.where, Scanned.CLEAN)
        elif one.outcome is Outcome.INFECTED:
            said[one.where] = Scanned.INFECTED
        else:
            if one.outcome is Outcome.UNKNOWN:
                doubtful.add(one.where)
            if said.get(one.where) is not Scanned.INFECTED:
                said[one.where] = Scanned.UNSCANNED
    return Heard(said, frozenset(doubtful), bool(facts.scans))


def is_ignored(one: ScanResult, at: float, policy: Policy) -> bool:
    """Tell whether the policy takes what was found for a mistake of the scanner, at a time."""
    return one.outcome is Outcome.INFECTED and any(
        one.signature == known.name and at < known.expires for known in policy.ignore_signatures
    )


def judge_scans(facts: Facts, policy: Policy, names: Mapping[str, str]) -> Iterator[Judgement]:
    """Judge what was found and what cannot be scanned; a file that was not scanned is for `unscanned`."""
    for one in facts.scans:
        if one.outcome is Outcome.CLEAN:
            continue
        name = names.get(one.where, "")
        if one.outcome is Outcome.UNKNOWN:
            if one.where not in names:
                yield unscanned(one.where, when_down(facts, policy), "")
        elif one.outcome is Outcome.OVER_LIMIT:
            yield Judgement(one.where, policy.unscannable, "too_complex", "unscannable", name, one.signature)
        elif is_ignored(one, facts.received_at, policy):
            yield Judgement(one.where, Action.ALLOW, "", IGNORED, name, one.signature)
        else:
            rule = malware_rule(policy.rules)
            known = rule.id if rule else "malware"
            keep = rule is not None and rule.keep
            yield Judgement(one.where, Action.REJECT, "malware", known, name, one.signature, keep)


def unscanned(where: str, action: Action, name: str) -> Judgement:
    """Judge a place that no scanner gave a whole verdict about."""
    reason = "scanner_down" if action else ""
    return Judgement(where, action, reason, WHEN_DOWN, name, FindingKind.SCANNER_SILENT.value)


def when_down(facts: Facts, policy: Policy, reading: Reading | None = None) -> Action:
    """Return what is done while no scanner answers: with a file, by its reading; without, with the rest."""
    down = policy.down
    is_over = down.max is not None and facts.scanner_down_for > down.max
    base = down.then if is_over else policy.when_down
    if not down.families:
        return base
    if reading is None:
        return min(base, *down.families.values())
    named = [action for family, action in down.families.items() if family in reading.agrees]
    return max(named) if named else base
