"""What a file is to the policy: rules first, then its role in the message, then `allow`, then `otherwise`."""

from collections.abc import Iterable

from gateway.model.artifact import Artifact, Role
from gateway.model.families import Family
from gateway.model.finding import Gravity
from gateway.model.policy import Action, Policy, Rule
from gateway.model.verdict import Judgement
from gateway.policy.agree import Reading
from gateway.policy.match import Case, answered
from gateway.policy.names import readings

# Families that have a meaning here beyond allow and deny.
MACRO_FAMILY = "office_macro"
ENCRYPTED_FAMILY = "encrypted"
CERTIFICATES = "signatures"
_JUDGED_BY_MEMBERS = frozenset({"archives", "disk_images", "mail"})
_ROLE_FAMILY = {Role.SIGNATURE: CERTIFICATES, Role.CALENDAR: "calendar"}
_WRAPPER_FAMILIES = frozenset({ENCRYPTED_FAMILY, "mail", CERTIFICATES})
"""Opaque-signed content, the entity in it, and mere certificates (RFC 8551 section 3.8)."""
_PLAIN_FAMILIES = frozenset({"text", "csv", "data"})
_ABOUT_A_FILE = "application/applefile"
"""AppleDouble (RFC 1740): what a Macintosh keeps beside a file, as a part of its own in multipart/appledouble."""
_SHOWN_AS_TEXT = frozenset({"text/html", "message/rfc822"})
"""Types of families of their own that a body may show: a pasted header block looks like a message."""
OTHERWISE = "otherwise"
HOSTED = "hosted"
"""The reason of a file that gives way to a link because its rule says so."""


def is_what_it_is_for(artifact: Artifact, reading: Reading) -> bool:
    """Tell whether the message is made of this part, and its content is that of its role."""
    role = artifact.role
    if role is Role.ATTACHMENT or role is Role.MEMBER:
        return artifact.detected == artifact.declared == _ABOUT_A_FILE
    if role in _ROLE_FAMILY:
        return _ROLE_FAMILY[role] in reading.agrees
    if role is Role.WRAPPER:
        agreed = _WRAPPER_FAMILIES & reading.agrees
        return not artifact.encrypted and (CERTIFICATES in agreed or (bool(agreed) and artifact.is_container))
    if not artifact.size or artifact.detected in _SHOWN_AS_TEXT:
        return True
    if artifact.detected == _ABOUT_A_FILE:
        return artifact.declared == _ABOUT_A_FILE
    return reading.shows <= _PLAIN_FAMILIES and (bool(reading.shows) or artifact.detected.startswith("text/"))


def judge_file(case: Case, rule: Rule | None, policy: Policy) -> Judgement:
    """Judge what a file is; `rule` is the first that covers it."""
    artifact, reading = case.artifact, case.reading
    if rule is not None:
        return _by_rule(case, rule, policy)
    if case.is_own:
        return Judgement(artifact.where, Action.ALLOW, "", artifact.role.value, name_of(artifact), artifact.detected)
    if is_allowed(reading, policy):
        if _is_unlisted(case):
            return by_otherwise(case, policy, "unreadable")
        return Judgement(artifact.where, Action.ALLOW, "", "allow", name_of(artifact), artifact.detected)
    if not reading.shows.isdisjoint(policy.allow):
        return by_otherwise(case, policy, "disguised")
    reason = policy.otherwise_reason if policy.otherwise > Action.ALLOW else ""
    return _otherwise(artifact, policy.otherwise, reason, policy)


def is_allowed(reading: Reading, policy: Policy) -> bool:
    """Tell whether a file is of an allowed family in content, names and declared type."""
    return not reading.agrees.isdisjoint(policy.allow)


def by_otherwise(case: Case, policy: Policy, reason: str) -> Judgement:
    """Judge a file that nobody saw through: `otherwise`, and at least a tag."""
    return _otherwise(case.artifact, max(policy.otherwise, Action.TAG), reason, policy)


def name_of(artifact: Artifact) -> str:
    """Return the name to show for a file."""
    return artifact.names[0] if artifact.names else ""


def _otherwise(artifact: Artifact, action: Action, reason: str, policy: Policy) -> Judgement:
    keep = policy.otherwise_keeps and action > Action.ALLOW
    return Judgement(artifact.where, action, reason, OTHERWISE, name_of(artifact), artifact.detected, keep)


def _by_rule(case: Case, rule: Rule, policy: Policy) -> Judgement:
    artifact, reading = case.artifact, case.reading
    if rule.passes and _is_unlisted(case) and Gravity.ENCRYPTED not in answered(rule):
        return by_otherwise(case, policy, "unreadable")
    covered = [one for one in policy.families if one.name in rule.when.family]
    is_disguise = not rule.passes and not rule.when.family.isdisjoint(reading.disguised)
    is_small = artifact.size < policy.hosting.over and is_allowed(reading, policy)
    action = Action.ALLOW if rule.action is Action.HOST and is_small else rule.action
    return Judgement(
        where=artifact.where,
        action=action,
        reason="disguised" if is_disguise else rule.reason if action else "",
        rule=rule.id,
        name=name_of(artifact) if rule.passes else _blamed(artifact, covered),
        found=artifact.detected,
        keep=rule.keep,
        ttl=rule.ttl,
    )


def _is_unlisted(case: Case) -> bool:
    """Tell whether a file of those that are judged by their members was not listed to its end."""
    return not case.artifact.is_container and not _JUDGED_BY_MEMBERS.isdisjoint(case.reading.shows)


def _blamed(artifact: Artifact, families: Iterable[Family]) -> str:
    """Return the name that reads as one of the families; where none does, the name that is shown otherwise."""
    extensions = frozenset().union(*(family.ext for family in families))
    return next((name for name in artifact.names if not extensions.isdisjoint(readings(name))), name_of(artifact))
