"""What DKIM-Signature and ARC-Message-Signature share: tags, the hash of the fields, and how both are checked."""

import binascii
import hashlib
import re
from dataclasses import dataclass

from gateway.authn import tags
from gateway.authn.answers import Answer, Answers, Found, Kind, is_name
from gateway.authn.bodies import Bodies
from gateway.authn.canonical import relaxed_field, simple_field
from gateway.authn.head import Field, Head
from gateway.authn.keys import Key, read_key
from gateway.authn.tags import Malformed
from gateway.model.authentication import AuthResult

_FORMS = frozenset({"simple", "relaxed"})
_ALGORITHMS = frozenset({"rsa-sha256", "ed25519-sha256"})
_MOST_NAMES = 1000
_LABELS = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature, well formed; whether it is true is another matter."""

    field: Field
    tags: dict[str, bytes]
    algorithm: str
    domain: str
    selector: str
    value: bytes

    @property
    def key_name(self) -> str:
        """Where its public key lies in DNS (RFC 6376 section 3.6.2.1)."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def is_outdated(self) -> bool:
        """Tell whether it uses SHA-1, which vouches for nothing (RFC 8301 section 3.1)."""
        return self.algorithm == "rsa-sha1"


@dataclass(frozen=True, slots=True)
class Told:
    """What a check came to."""

    result: AuthResult
    detail: str = ""
    is_weak: bool = False


def read(field: Field) -> Signature:
    """Read what every signature has. Raises Malformed."""
    found = tags.parse(field.value)
    algorithm = tags.text(found, "a").lower()
    domain, selector = tags.text(found, "d").lower().rstrip("."), tags.text(found, "s").lower()
    if algorithm not in _ALGORITHMS and algorithm != "rsa-sha1":
        raise Malformed("a= is unknown")
    for name, value in (("d", domain), ("s", selector)):
        if not _LABELS.fullmatch(value) or not is_name(value):
            raise Malformed(f"{name}= is no domain name")
    return Signature(field, found, algorithm, domain, selector, binascii.a2b_base64(tags.base64(found, "b")))


def check_time(signature: Signature, now: int) -> str:
    """Return why the signature is out of its time; empty where it is not. Raises Malformed."""
    made, ends = tags.number(signature.tags, "t"), tags.number(signature.tags, "x")
    if ends is not None and made is not None and ends < made:
        raise Malformed("x= lies before t=")
    return "the signature has expired" if ends is not None and ends < now else ""


def forms(signature: Signature, default: str) -> tuple[str, str]:
    """Return the canonical forms of header and body. Raises Malformed."""
    head, _, body = tags.text(signature.tags, "c", default).lower().partition("/")
    body = body or "simple"
    if head not in _FORMS or body not in _FORMS:
        raise Malformed("c= is unknown")
    return head, body


def signed_names(signature: Signature) -> list[bytes]:
    """Return the names of h=, in lower case. Raises Malformed."""
    names = [name.encode("ascii") for name in tags.text(signature.tags, "h").lower().split(":")]
    if len(names) > _MOST_NAMES:
        raise Malformed("h= is too long")
    if b"from" not in names:
        raise Malformed("From is not signed")
    return names


def message_digest(signature: Signature, head: Head, form: str) -> bytes:
    """Return the hash that is signed (RFC 6376 section 3.7)."""
    canonical = relaxed_field if form == "relaxed" else simple_field
    chosen = [canonical(field.raw) for field in head.chosen(signed_names(signature), besides=signature.field)]
    return hashlib.sha256(b"\r\n".join([*chosen, canonical(emptied(signature.field))])).digest()


def emptied(field: Field) -> bytes:
    """Return a signature's field with nothing in b=."""
    name, colon, value = field.raw.partition(b":")
    return name + colon + tags.without_signature(value)


def key_of(signature: Signature, answers: Answers) -> Key | Told:
    """Return the public key, or why there is none."""
    answer = answers.look(Kind.TXT, signature.key_name) or Answer(Found.TROUBLE)
    if answer.found is Found.TROUBLE:
        return Told(AuthResult.TEMPERROR, "no answer for the key")
    problem = "no key"
    for record in answer.records:
        try:
            return read_key(record)
        except Malformed as error:
            problem = str(error)
    return Told(AuthResult.PERMERROR, problem)


def check(signature: Signature, head: Head, bodies: Bodies, key: Key, default: str) -> Told:
    """Check body and fields against the signature. Raises Malformed."""
    head_form, body_form = forms(signature, default)
    length = tags.number(signature.tags, "l")
    if (whole := bodies.covers(body_form, length)) is None:
        return Told(AuthResult.PERMERROR, "l= is more than the body")
    expected = binascii.a2b_base64(tags.base64(signature.tags, "bh"))
    if bodies.digest(body_form, length) != expected:
        return Told(AuthResult.FAIL, "the body was changed")
    if not key.verifies(signature.algorithm, signature.value, message_digest(signature, head, head_form)):
        return Told(AuthResult.FAIL, "the signature does not fit the header")
    if key.is_weak:
        return Told(AuthResult.POLICY, "the key is too short", is_weak=True)
    return Told(AuthResult.PASS, "" if whole else "l= covers a part of the body", is_weak=not whole)
