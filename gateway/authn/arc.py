"""The Authenticated Received Chain (RFC 8617): is it whole, and do all seals hold.

Only the newest message signature is checked against the message (section 5.2): older ones are expected to
break, and each would cost a hash of the body.
"""

import hashlib
import re
from dataclasses import dataclass

from gateway.authn import tags
from gateway.authn.answers import Answers, Kind
from gateway.authn.bodies import Bodies
from gateway.authn.canonical import relaxed_field
from gateway.authn.head import Field, Head
from gateway.authn.keys import Key
from gateway.authn.signature import Signature, check, emptied, forms, key_of, read, signed_names
from gateway.authn.tags import Malformed
from gateway.model.authentication import Arc, AuthResult

RESULTS, MESSAGE, SEAL = b"arc-authentication-results", b"arc-message-signature", b"arc-seal"
NAMES = (RESULTS, MESSAGE, SEAL)
"""In the order in which a seal signs them (section 5.1.1)."""
MOST_SETS = 50
"""Section 4.2.1."""
_FORM = "simple/simple"
"""Of a message signature without c=, as in DKIM (section 4.1.2)."""
_INSTANCE = re.compile(rb"[ \t\r\n]*i[ \t\r\n]*=[ \t\r\n]*([0-9]{1,4})[ \t\r\n]*;")


@dataclass(frozen=True, slots=True)
class Link:
    """One ARC set."""

    results: Field
    message: Signature
    seal: Signature
    cv: str


@dataclass(frozen=True, slots=True)
class Chain:
    """The sets from the oldest on, or what is wrong with them."""

    links: tuple[Link, ...]
    problem: str = ""
    highest: int = 0
    """The largest instance that any field names, also of a broken chain."""
    is_ended: bool = False
    """The newest seal says cv=fail: no seal may follow (section 5.1)."""


def chain(head: Head, answers: Answers) -> Chain:
    """Read the chain and ask for its keys."""
    fields = [field for field in head.fields if field.name in NAMES]
    instances = [_instance(field) for field in fields]
    highest = max((at for at in instances if at is not None), default=0)
    try:
        links = _links(list(zip(instances, fields, strict=True)), highest)
        is_ended = bool(links) and links[-1].cv == "fail"
        if is_ended:
            return Chain(links, "the newest seal says that the chain failed", highest, is_ended=True)
        if any(link.cv != ("pass" if at else "none") for at, link in enumerate(links)):
            return Chain(links, "cv= is wrong", highest)
    except Malformed as error:
        return Chain((), str(error), highest)
    for link in links:
        answers.look(Kind.TXT, link.seal.key_name)
    if links:
        answers.look(Kind.TXT, links[-1].message.key_name)
    return Chain(links, highest=highest)


def verify(found: Chain, head: Head, bodies: Bodies, answers: Answers) -> Arc:
    """Check the chain; never raises."""
    sealer = found.links[-1].seal.domain if found.links else ""
    if not found.highest and not found.problem:
        return Arc(AuthResult.NONE)
    result, problem = AuthResult.FAIL, found.problem or ("the header is too large" if head.is_cut else "")
    if not problem:
        try:
            result, problem = _checked(found.links, head, bodies, answers)
        except Malformed as error:
            problem = str(error)
    return Arc(result, found.highest, sealer, problem, is_ended=found.is_ended)


def sealed_bytes(fields: list[bytes]) -> bytes:
    """Join canonical fields of sets as a seal signs them, each with its line end."""
    return b"".join(field + b"\r\n" for field in fields)


def canonical_set(link: Link) -> list[bytes]:
    """Return the three fields of a set in canonical form, in the order of a seal."""
    return [relaxed_field(field.raw) for field in (link.results, link.message.field, link.seal.field)]


def _instance(field: Field) -> int | None:
    if field.name == RESULTS:
        found = _INSTANCE.match(field.value)
        return int(found[1]) if found else None
    try:
        return tags.number(tags.parse(field.value), "i")
    except Malformed:
        return None


def _links(fields: list[tuple[int | None, Field]], highest: int) -> tuple[Link, ...]:
    if not fields:
        return ()
    if highest > MOST_SETS or len(fields) > len(NAMES) * MOST_SETS:
        raise Malformed("more sets than allowed")
    by_place = {(at, field.name): field for at, field in fields}
    wanted = {(at, name) for at in range(1, highest + 1) for name in NAMES}
    if len(by_place) != len(fields) or set(by_place) != wanted:
        raise Malformed("a set is not whole")
    return tuple(_link(*(by_place[at, name] for name in NAMES)) for at in range(1, highest + 1))


def _link(results: Field, message: Field, seal: Field) -> Link:
    signed, sealing = read(message), read(seal)
    if SEAL in signed_names(signed):
        raise Malformed("a seal is signed by a message signature")
    tags.base64(signed.tags, "bh")
    forms(signed, _FORM)
    if "h" in sealing.tags:
        raise Malformed("h= in a seal")
    cv = tags.text(sealing.tags, "cv")
    if cv not in {"none", "pass", "fail"}:
        raise Malformed("cv= is unknown")
    for one in (signed, sealing):
        tags.number(one.tags, "t")
    if signed.is_outdated or sealing.is_outdated:
        raise Malformed("SHA-1 vouches for nothing")
    return Link(results, signed, sealing, cv)


def _checked(links: tuple[Link, ...], head: Head, bodies: Bodies, answers: Answers) -> tuple[AuthResult, str]:
    newest = links[-1].message
    key = key_of(newest, answers)
    if not isinstance(key, Key):
        return _without_key(key.result), key.detail
    told = check(newest, head, bodies, key, _FORM)
    if told.result is not AuthResult.PASS or told.is_weak:
        return AuthResult.FAIL, f"message signature: {told.detail}"
    running = hashlib.sha256()
    for at, link in enumerate(links, 1):
        key = key_of(link.seal, answers)
        if not isinstance(key, Key):
            return _without_key(key.result), key.detail
        results, message, seal = canonical_set(link)
        running.update(sealed_bytes([results, message]))
        signed = running.copy()
        signed.update(relaxed_field(emptied(link.seal.field)))
        if key.is_weak or not key.verifies(link.seal.algorithm, link.seal.value, signed.digest()):
            return AuthResult.FAIL, f"seal {at} does not hold"
        running.update(sealed_bytes([seal]))
    return AuthResult.PASS, ""


def _without_key(result: AuthResult) -> AuthResult:
    """A key that is not there breaks the chain; one that did not come in time leaves it undecided."""
    return result if result is AuthResult.TEMPERROR else AuthResult.FAIL
