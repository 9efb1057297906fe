"""The one function that decides: facts and a policy in, a verdict out; pure and total.

Theory of operation
-------------------
Everything that could be held against a message is a Judgement of its own, found independently:

* each file, by the first rule that covers it, else by its role in the message, else by `allow`, else by
  `otherwise`;
* each finding, by its gravity;
* each file that a scanner found infected, or that no scanner gave a whole verdict about;
* the message's size.

For each place in the message the worst judgement stands, and the worst of all is the verdict. A finding
can therefore only ever add a judgement: it never softens a verdict, and neither does a scan result. The one
exception is what the admin wrote: a rule that names a finding (`encrypted: true`) answers for it, and for
the file that it is about; `not: {macros: true}` is such a name too. Nothing answers for an infection. DEFER
ranks below REJECT: trying again does not help where a refusal is already certain.

What cannot be judged (unreadable, encrypted, disguised, macros, active content) gets `otherwise`, and at
least a tag: `otherwise: allow` speaks of files that were seen through.

Locked rules stand first, so that nothing behind them can open what they close, and no file that they name is
ever hosted: to host is an action of the rules behind them. A part of the message itself (a body that is
text) is asked only by rules about the message; a rule about files never empties a mail.

An ambiguous message is never relayed as it came. Where the policy says so it is built anew from what was
judged; the files of every reading are judged, so that each of them must pass for that.
"""

from collections.abc import Iterable, Iterator

from gateway.model.artifact import Role
from gateway.model.conditions import Scanned
from gateway.model.facts import Facts
from gateway.model.finding import Finding, FindingKind, Gravity
from gateway.model.policy import Action, Ambiguous, Policy
from gateway.model.verdict import Judgement, Verdict
from gateway.policy.agree import read
from gateway.policy.files import ENCRYPTED_FAMILY, MACRO_FAMILY, is_allowed, is_what_it_is_for, judge_file, name_of
from gateway.policy.match import Case, Members, answered, first_rule
from gateway.policy.scanned import hear, judge_scans, unscanned, when_down
from gateway.policy.sealed import EDITS, spared
from gateway.policy.titles import titled
from gateway.policy.waiting import unhurried

WHOLE = "message"
"""Where a judgement about the message as a whole stands, as ScanResult writes it."""
SPECIFIC_FIRST = (
    "malware",
    "executable",
    "too_complex",
    "malformed",
    "ambiguous_mime",
    "dmarc_failed",
    "spf_failed",
    "dkim_failed",
    "arc_failed",
    "disguised",
    "macros",
    "active_content",
    "encrypted",
    "unreadable",
    "type_not_allowed",
    "signed",
    "too_big",
    "auth_undecided",
    "scanner_down",
    "deadline",
    "internal",
)
"""Reasons in the order in which they tell the sender most, where actions are equal."""
_RANK = {reason: rank for rank, reason in enumerate(SPECIFIC_FIRST)}

_GRAVITY = {
    Gravity.AMBIGUOUS: ("ambiguous_mime", "ambiguous_mime"),
    Gravity.MALFORMED: ("malformed", "malformed"),
    Gravity.TOO_COMPLEX: ("too_complex", "over_limit"),
    Gravity.UNREADABLE: ("unreadable", "otherwise"),
    Gravity.ENCRYPTED: ("encrypted", "otherwise"),
    Gravity.MACROS: ("macros", "otherwise"),
    Gravity.ACTIVE: ("active_content", "otherwise"),
    Gravity.DISGUISE: ("disguised", "otherwise"),
}
"""Reason and rule of a finding."""
_PIECES = frozenset((Gravity.TOO_COMPLEX, Gravity.MALFORMED, Gravity.UNREADABLE, Gravity.ENGINE))
"""Gravities that say that something is missing from what was seen."""
_SEALED_ROLES = frozenset((Role.SIGNATURE, Role.WRAPPER))
_SEALED_TYPES = frozenset(("application/pkcs7-signature", "application/pgp-signature", "application/pgp-encrypted"))
_ENGINE = {FindingKind.EXAMINER_TIMEOUT: "deadline"}
"""Without a scanner the policy may go on; without an examiner nobody can."""
_WELCOME = frozenset((Gravity.ENCRYPTED,))
NOTHING: frozenset[Gravity] = frozenset()


def decide(facts: Facts, policy: Policy) -> Verdict:
    """Judge a message. The judgements come worst first, one for each place in the message."""
    sight = Sight(facts, policy)
    told = spared(sight.judgements(), facts.artifacts, policy, sight.stays)
    judged = sorted(_worst(unhurried(told, facts.artifacts, policy)), key=_order)
    return Verdict(
        action=judged[0].action if judged else Action.ALLOW,
        judgements=titled(judged, facts.artifacts),
        policy=policy.name,
        policy_version=policy.version,
    )


def _may_rebuild(facts: Facts) -> bool:
    """Tell whether a new message could hold all there is: everything was seen, nothing is signed or locked."""
    return not (
        any(one.kind.gravity in _PIECES for one in facts.findings)
        or any(one.role in _SEALED_ROLES or one.encrypted or one.declared in _SEALED_TYPES for one in facts.artifacts)
    )


def _worst(judgements: Iterable[Judgement]) -> Iterator[Judgement]:
    """Yield the worst judgement of each place; a part of a message that is rebuilt may have to go all the same."""
    worst: dict[str, Judgement] = {}
    rebuilt: dict[str, Judgement] = {}
    for one in judgements:
        known = rebuilt if one.action is Action.REBUILD else worst
        other = known.get(one.where)
        if other is None or _order(one) < _order(other):
            known[one.where] = one
    for where, one in worst.items():
        if where not in rebuilt or one.action > Action.REBUILD or one.action in EDITS:
            yield one
    for where, one in rebuilt.items():
        if where not in worst or worst[where].action < Action.REBUILD:
            yield one


def _order(one: Judgement) -> tuple[int, int]:
    return -one.action, _RANK.get(one.reason, len(_RANK))


class Sight:
    """One message as one policy sees it; made for one decision."""

    def __init__(self, facts: Facts, policy: Policy) -> None:
        self._facts = facts
        self._policy = policy
        self._heard = hear(facts, policy)
        self.stays: set[str] = set()
        """Places of allowed files for which an edit was found nevertheless."""

    def judgements(self) -> Iterator[Judgement]:
        """Yield everything that is held against the message, and for each file what becomes of it."""
        facts, policy = self._facts, self._policy
        if facts.size > policy.limits.size:
            yield Judgement(WHOLE, Action.REJECT, "too_big", "limits.size")
        names = {one.where: name_of(one) for one in facts.artifacts}
        yield from judge_scans(facts, policy, names)
        spoken_for: dict[str, frozenset[Gravity]] = {}
        for case in self.cases():
            where = case.artifact.where
            rule = first_rule(policy.rules, case)
            judged = judge_file(case, rule, policy)
            if judged.action in EDITS and is_allowed(case.reading, policy):
                self.stays.add(where)
            yield judged
            spoken = self._spoken_for(case) if rule is None else answered(rule)
            if spoken:
                spoken_for[where] = spoken
            if case.artifact.encrypted and Gravity.ENCRYPTED not in spoken:
                yield from self._found(Finding(FindingKind.CONTAINER_ENCRYPTED, where), names)
            if (rule is None or not rule.when.scan) and self._heard.misses(where):
                reading = None if case.is_own else case.reading
                yield unscanned(where, when_down(facts, policy, reading), names[where])
        for finding in facts.findings:
            if finding.kind.gravity not in spoken_for.get(finding.where, NOTHING):
                yield from self._found(finding, names)

    def cases(self) -> Iterator[Case]:
        """Yield each file with all that rules may ask about it."""
        facts = self._facts
        seen = [read(one, self._policy.index) for one in facts.artifacts]
        members = Members([one.where for one in facts.artifacts], seen)
        gravities: dict[str, set[Gravity]] = {}
        for finding in facts.findings:
            gravities.setdefault(finding.where, set()).add(finding.kind.gravity)
        for artifact, reading in zip(facts.artifacts, seen, strict=True):
            where = artifact.where
            known = frozenset(gravities[where]) if where in gravities else NOTHING
            said = self._heard.said.get(where, Scanned.UNSCANNED)
            yield Case(facts, artifact, reading, members, known, said, is_what_it_is_for(artifact, reading))

    def _spoken_for(self, case: Case) -> frozenset[Gravity]:
        """Encrypted content is welcome where its own family is allowed, and it is nothing else."""
        is_welcome = ENCRYPTED_FAMILY in self._policy.allow and ENCRYPTED_FAMILY in case.reading.agrees
        return _WELCOME if is_welcome else NOTHING

    def _found(self, finding: Finding, names: dict[str, str]) -> Iterator[Judgement]:
        """Judge a finding that no rule answers for."""
        policy, gravity, name = self._policy, finding.kind.gravity, names.get(finding.where, "")
        if gravity is Gravity.HARMLESS or (gravity is Gravity.MACROS and MACRO_FAMILY in policy.allow):
            return
        if finding.kind is FindingKind.SCANNER_SILENT:
            yield unscanned(finding.where, when_down(self._facts, policy), name)
            return
        if gravity is Gravity.ENGINE:
            reason, rule = _ENGINE.get(finding.kind, "internal"), "examiner"
        else:
            reason, rule = _GRAVITY[gravity]
        if rule == "over_limit":
            reason = policy.over_limit_reason
        keep = rule == "otherwise" and policy.otherwise_keeps
        yield Judgement(finding.where, self._action(rule), reason, rule, name, finding.kind.value, keep)

    def _action(self, rule: str) -> Action:
        """What the policy does by one of its rules that have no condition of their own."""
        policy = self._policy
        match rule:
            case "ambiguous_mime":
                is_hopeless = policy.ambiguous_mime is Ambiguous.REBUILD and not _may_rebuild(self._facts)
                return Action.REJECT if is_hopeless else Action[policy.ambiguous_mime.name]
            case "over_limit":
                return policy.over_limit
            case "otherwise":
                return max(policy.otherwise, Action.TAG)
            case "examiner":
                return Action.DEFER
            case _:
                return Action.REJECT
