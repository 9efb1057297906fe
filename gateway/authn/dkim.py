"""DKIM (RFC 6376, RFC 8301, RFC 8463): one result for each signature, up to a cap."""

from dataclasses import dataclass

from gateway.authn import tags
from gateway.authn.answers import Answers, Kind
from gateway.authn.bodies import Bodies
from gateway.authn.head import Field, Head
from gateway.authn.keys import Key
from gateway.authn.signature import Signature, Told, check, check_time, forms, key_of, read, signed_names
from gateway.authn.tags import Malformed
from gateway.model.authentication import AuthResult, Dkim

MOST_SIGNATURES = 8
"""Newest first; honest mail bears one to three, lists a few more."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A DKIM-Signature field: read, or what is wrong with it."""

    signature: Signature | None
    problem: str = ""


def claims(head: Head, answers: Answers) -> list[Claim]:
    """Read the signatures and ask for their keys."""
    found = [_claim(field) for field in head.named(b"dkim-signature")[:MOST_SIGNATURES]]
    for one in found:
        if one.signature and not one.signature.is_outdated:
            answers.look(Kind.TXT, one.signature.key_name)
    return found


def verify(claim: Claim, head: Head, bodies: Bodies, answers: Answers, now: int) -> Dkim:
    """Check one signature; never raises."""
    signature = claim.signature
    if signature is None:
        return Dkim(AuthResult.PERMERROR, "", "", detail=claim.problem)
    try:
        told = _told(signature, head, bodies, answers, now)
    except Malformed as error:
        told = Told(AuthResult.PERMERROR, str(error))
    return Dkim(told.result, signature.domain, signature.selector, signature.algorithm, told.is_weak, told.detail)


def _claim(field: Field) -> Claim:
    try:
        signature = read(field)
        if tags.text(signature.tags, "v") != "1":
            raise Malformed("v= is unknown")  # noqa: TRY301 - one way out for all that is malformed
        if "dns/txt" not in tags.text(signature.tags, "q", "dns/txt").lower().split(":"):
            raise Malformed("q= is unknown")  # noqa: TRY301
        tags.base64(signature.tags, "bh")
        signed_names(signature)
        forms(signature, "simple/simple")
    except Malformed as error:
        return Claim(None, str(error))
    return Claim(signature)


def _told(signature: Signature, head: Head, bodies: Bodies, answers: Answers, now: int) -> Told:
    if head.is_cut:
        return Told(AuthResult.PERMERROR, "the header is too large")
    if signature.is_outdated:
        return Told(AuthResult.POLICY, "SHA-1 vouches for nothing", is_weak=True)
    if late := check_time(signature, now):
        return Told(AuthResult.FAIL, late)
    key = key_of(signature, answers)
    if not isinstance(key, Key):
        return key
    identity = tags.text(signature.tags, "i", f"@{signature.domain}").lower().rpartition("@")[2]
    if identity != signature.domain and (key.is_exact or not identity.endswith(f".{signature.domain}")):
        raise Malformed("i= lies outside of d=")
    return check(signature, head, bodies, key, "simple/simple")
