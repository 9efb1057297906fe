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
can therefore only ever add a judgement: it never softens a verdict, and neither does a scan result. DEFER
ranks below REJECT: trying again does not help where a refusal is already certain.

What cannot be judged (unreadable, encrypted, disguised, macros, active content) gets `otherwise`, and at
least a tag: `otherwise: allow` speaks of files that were seen through.

An ambiguous message is never relayed as it came. Where the policy says so it is built anew from what was
judged; the files of every reading are judged, so that each of them must pass for that.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gateway.model.artifact import Artifact, Role
from gateway.model.facts import Facts
from gateway.model.finding import Finding, FindingKind, Gravity
from gateway.model.policy import Action, Ambiguous, Family, Policy
from gateway.model.scan import Outcome, ScanResult
from gateway.model.verdict import Judgement, Verdict
from gateway.policy.agree import Reading, read
from gateway.policy.match import first_rule, malware_rule
from gateway.policy.names import readings
from gateway.policy.titles import titled

WHOLE = "message"
"""Where a judgement about the message as a whole stands, as ScanResult writes it."""
SPECIFIC_FIRST = (
    "malware",
    "executable",
    "too_complex",
    "malformed",
    "ambiguous_mime",
    "disguised",
    "macros",
    "active_content",
    "encrypted",
    "unreadable",
    "type_not_allowed",
    "too_big",
    "scanner_down",
    "deadline",
    "internal",
)
"""Reasons in the order in which they tell the sender most, where actions are equal."""
_RANK = {reason: rank for rank, reason in enumerate(SPECIFIC_FIRST)}

# Families that have a meaning here beyond allow and deny.
MACRO_FAMILY = "office_macro"
ENCRYPTED_FAMILY = "encrypted"
_JUDGED_BY_MEMBERS = frozenset({"archives", "disk_images", "mail"})
_ROLE_FAMILY = {Role.SIGNATURE: "signatures", Role.CALENDAR: "calendar"}
CERTIFICATES = "signatures"
_WRAPPER_FAMILIES = (ENCRYPTED_FAMILY, "mail", CERTIFICATES)
"""Opaque-signed content, the entity in it, and mere certificates (RFC 8551 section 3.8)."""
_PLAIN_FAMILIES = frozenset({"text", "csv", "data"})
_ABOUT_A_FILE = "application/applefile"
"""AppleDouble (RFC 1740): what a Macintosh keeps beside a file, as a part of its own in multipart/appledouble."""
_SHOWN_AS_TEXT = frozenset({"text/html", "message/rfc822"})
"""Types of families of their own that a body may show: a pasted header block looks like a message."""

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
_ENGINE = {
    FindingKind.SCANNER_SILENT: ("scanner_down", "when_down"),
    FindingKind.EXAMINER_TIMEOUT: ("deadline", "examiner"),
}
"""Without a scanner the policy may go on; without an examiner nobody can."""


def decide(facts: Facts, policy: Policy) -> Verdict:
    """Judge a message. The judgements come worst first, one for each place in the message."""
    if policy.ambiguous_mime is Ambiguous.REBUILD and not _may_rebuild(facts):
        policy = replace(policy, ambiguous_mime=Ambiguous.REJECT)
    judged = sorted(_worst(_judgements(facts, policy)), key=_order)
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
    worst: dict[tuple[str, bool], Judgement] = {}
    for one in judgements:
        place = (one.where, one.action is Action.REBUILD)
        known = worst.get(place)
        if known is None or _order(one) < _order(known):
            worst[place] = one
    for (where, rebuilds), one in worst.items():
        other = worst.get((where, not rebuilds))
        if other is None or one.action > other.action or one.action in {Action.HOST, Action.STRIP}:
            yield one


def _order(one: Judgement) -> tuple[int, int]:
    return -one.action, _RANK.get(one.reason, len(_RANK))


def _judgements(facts: Facts, policy: Policy) -> Iterator[Judgement]:
    families = {family.name: family for family in policy.families}
    names = {one.where: _name(one) for one in facts.artifacts}
    if facts.size > policy.limits.size:
        yield Judgement(WHOLE, Action.REJECT, "too_big", "limits.size")
    locked = _accepted_locked(facts.artifacts, policy, families)
    for finding in facts.findings:
        if finding.kind.gravity is not Gravity.ENCRYPTED or finding.where not in locked:
            yield from _judge_finding(finding, policy, names.get(finding.where, ""))
    yield from _judge_scans(facts, policy, names)
    infected = {one.where for one in facts.scans if one.outcome is Outcome.INFECTED}
    for artifact in facts.artifacts:
        reading = read(artifact)
        yield _judge_type(artifact, reading, policy, families, infected=artifact.where in infected)
        if artifact.encrypted and artifact.where not in locked:
            yield from _judge_finding(Finding(FindingKind.CONTAINER_ENCRYPTED, artifact.where), policy, _name(artifact))


def _judge_finding(finding: Finding, policy: Policy, name: str) -> Iterator[Judgement]:
    gravity = finding.kind.gravity
    if gravity is Gravity.HARMLESS or (gravity is Gravity.MACROS and MACRO_FAMILY in policy.allow):
        return
    if gravity is Gravity.ENGINE:
        reason, rule = _ENGINE.get(finding.kind, ("internal", "examiner"))
    else:
        reason, rule = _GRAVITY[gravity]
    yield Judgement(finding.where, _action(rule, policy), reason, rule, name, finding.kind.value)


def _action(rule: str, policy: Policy) -> Action:
    """What the policy does by one of its rules that have no condition of their own."""
    match rule:
        case "ambiguous_mime":
            return Action[policy.ambiguous_mime.name]
        case "over_limit":
            return policy.over_limit
        case "when_down":
            return policy.when_down
        case "otherwise":
            return max(policy.otherwise, Action.TAG)
        case "examiner":
            return Action.DEFER
        case _:
            return Action.REJECT


def _judge_scans(facts: Facts, policy: Policy, names: dict[str, str]) -> Iterator[Judgement]:
    if not facts.scans:
        return
    rule = malware_rule(policy.rules)
    for scan in facts.scans:
        name = names.get(scan.where, "")
        if scan.outcome is Outcome.INFECTED:
            yield Judgement(scan.where, Action.REJECT, "malware", rule.id if rule else "malware", name, scan.signature)
        elif scan.outcome is Outcome.OVER_LIMIT:
            yield Judgement(scan.where, policy.over_limit, "too_complex", "over_limit", name, scan.signature)
        elif scan.outcome is not Outcome.CLEAN:
            yield _unscanned(scan.where, policy, name)
    for where in _missing(facts.artifacts, facts.scans):
        yield _unscanned(where, policy, names[where])


def _missing(artifacts: Iterable[Artifact], scans: Iterable[ScanResult]) -> list[str]:
    """Files that no scanner said a word about, although scanners ran."""
    scanned = {scan.where for scan in scans}
    return [artifact.where for artifact in artifacts if artifact.where not in scanned]


def _unscanned(where: str, policy: Policy, name: str) -> Judgement:
    return Judgement(where, policy.when_down, "scanner_down", "when_down", name, FindingKind.SCANNER_SILENT.value)


def _judge_type(
    artifact: Artifact, reading: Reading, policy: Policy, families: dict[str, Family], *, infected: bool
) -> Judgement:
    """Judge what a file is: rules, then its role in the message, then the allowed families."""
    where, name, found = artifact.where, _name(artifact), artifact.detected
    if rule := first_rule(policy.rules, families, reading, infected=infected):
        covered = [families[one] for one in rule.when.family if one in families]
        is_disguise = rule.action is not Action.ALLOW and any(reading.disguises(family) for family in covered)
        return Judgement(
            where, rule.action, "disguised" if is_disguise else rule.reason, rule.id, _blamed(artifact, covered), found
        )
    if _is_what_it_is_for(artifact, reading, families):
        return Judgement(where, Action.ALLOW, "", artifact.role.value, name, found)
    allowed = [families[one] for one in policy.allow if one in families]
    if agreed := next((family for family in allowed if reading.agrees(family)), None):
        if agreed.name in _JUDGED_BY_MEMBERS and not artifact.is_container:
            return Judgement(where, _action("otherwise", policy), "unreadable", "otherwise", name, found)
        return Judgement(where, Action.ALLOW, "", "allow", name, found)
    if any(reading.shows(family) for family in allowed):
        return Judgement(where, _action("otherwise", policy), "disguised", "otherwise", name, found)
    reason = "type_not_allowed" if policy.otherwise > Action.ALLOW else ""
    return Judgement(where, policy.otherwise, reason, "otherwise", name, found)


def _is_what_it_is_for(artifact: Artifact, reading: Reading, families: dict[str, Family]) -> bool:
    """Tell whether a part that the message is made of has the content of its role."""
    if artifact.role in _ROLE_FAMILY:
        family = families.get(_ROLE_FAMILY[artifact.role])
        return family is not None and reading.agrees(family)
    if artifact.role is Role.WRAPPER:
        agreed = {name for name in _WRAPPER_FAMILIES if name in families and reading.agrees(families[name])}
        return not artifact.encrypted and (CERTIFICATES in agreed or (bool(agreed) and artifact.is_container))
    if artifact.detected == _ABOUT_A_FILE:
        return reading.declared == _ABOUT_A_FILE
    if artifact.role not in (Role.BODY, Role.REPORT):
        return False
    if not artifact.size or artifact.detected in _SHOWN_AS_TEXT:
        return True
    owners = {name for name, family in families.items() if reading.shows(family)}
    return owners <= _PLAIN_FAMILIES and (bool(owners) or artifact.detected.startswith("text/"))


def _accepted_locked(artifacts: Iterable[Artifact], policy: Policy, families: dict[str, Family]) -> set[str]:
    """Return where encrypted content is welcome: its own family is allowed, and it is nothing else."""
    family = families.get(ENCRYPTED_FAMILY) if ENCRYPTED_FAMILY in policy.allow else None
    welcome = {one.where: read(one).agrees(family) for one in artifacts} if family else {}
    return {where for where, agrees in welcome.items() if agrees}


def _blamed(artifact: Artifact, families: Iterable[Family]) -> str:
    """Return the name that reads as one of the families; where none does, the name that is shown otherwise."""
    extensions = frozenset().union(*(family.ext for family in families))
    return next((name for name in artifact.names if not extensions.isdisjoint(readings(name))), _name(artifact))


def _name(artifact: Artifact) -> str:
    return artifact.names[0] if artifact.names else ""
