"""What becomes of an edit inside something signed: `message.signed_mail`.

Sealed are the parts of a multipart/signed (RFC 1847) and what lies in opaque-signed content (RFC 8551
section 3.5): one changed byte there, and the recipient's program warns of a forgery.
"""

from collections.abc import Iterable
from dataclasses import replace

from gateway.model.artifact import Artifact, Role
from gateway.model.policy import Action, Policy, SignedMail
from gateway.model.verdict import Judgement
from gateway.policy.files import HOSTED

EDITS = frozenset((Action.HOST, Action.STRIP))
SIGNED = "signed"
"""The reason where the signature alone is what stands in the way."""


def spared(
    judged: Iterable[Judgement], artifacts: Iterable[Artifact], policy: Policy, allowed: set[str]
) -> list[Judgement]:
    """Return the judgements with no edit in sealed parts but where the policy wants that.

    `allowed` are the places of files that might have stayed as they are: with `tag` they do.
    """
    judgements = list(judged)
    if policy.signed_mail is SignedMail.EDIT or not any(one.action in EDITS for one in judgements):
        return judgements
    sealed = _sealed(artifacts)
    return [
        _spared(one, policy, allowed) if one.action in EDITS and _is_in(one.where, sealed) else one
        for one in judgements
    ]


def _spared(one: Judgement, policy: Policy, allowed: set[str]) -> Judgement:
    may_stay = one.action is Action.HOST and one.where in allowed and policy.signed_mail is SignedMail.TAG
    reason = SIGNED if one.reason == HOSTED else one.reason
    return replace(one, action=Action.TAG if may_stay else Action.REJECT, reason=reason)


def _sealed(artifacts: Iterable[Artifact]) -> tuple[str, ...]:
    """Return the places of multiparts that are signed, and of parts that wrap signed content."""
    found = set()
    for one in artifacts:
        if "/" in one.where:
            continue
        if one.role is Role.SIGNATURE:
            found.add(".".join(map(str, one.part[:-1])))
        elif one.role is Role.WRAPPER:
            found.add(one.where)
    return tuple(found)


def _is_in(where: str, sealed: tuple[str, ...]) -> bool:
    part = where.partition("/")[0].partition("~")[0]
    return any(not around or part == around or part.startswith(f"{around}.") for around in sealed)
