"""One more link of the Authenticated Received Chain (RFC 8617 section 5.1), over the bytes that leave.

Two halves, so that no process holds both: `prepare` reads the message, where strangers' bytes are parsed, and
returns canonical bytes; `finish` writes the three fields and has them signed, where the private key is, and
parses nothing.
"""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from textwrap import wrap

from gateway.authn.answers import Answers
from gateway.authn.arc import MOST_SETS, canonical_set, chain, sealed_bytes
from gateway.authn.bodies import Bodies
from gateway.authn.canonical import relaxed_field
from gateway.authn.errands import Material
from gateway.authn.head import Head, read_head
from gateway.mime.buffer import Buffer
from gateway.mime.splice import pieces
from gateway.model.authentication import Arc, AuthResult
from gateway.model.limits import Limits
from gateway.model.plan import Plan

SIGNED = frozenset(
    b"from sender reply-to to cc subject date message-id in-reply-to references mime-version content-type "
    b"content-transfer-encoding content-disposition list-id list-help list-unsubscribe list-unsubscribe-post "
    b"list-subscribe list-post list-owner list-archive dkim-signature".split()
)
"""What a message is to its reader, and the signatures it came with; no trace fields, which change on the way."""
_MOST_NAMES = 60


class Unsealable(Exception):
    """Why no seal can stand on this chain."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who seals, with which key, when."""

    domain: str
    selector: str
    algorithm: str
    at: int
    """Unix time."""


def prepare(data: Buffer, plan: Plan, limits: Limits) -> Material:
    """Hash what leaves: `data` with the edits of `plan`.

    Raises ValueError for a plan that is out of place, and for a header larger than is read.
    """
    leaving = b"".join(_copied(data, plan)) if plan.edits else data
    head = read_head(leaving, limits)
    if head.is_cut:
        raise ValueError("the header is too large to be sealed")
    names = _names(head)
    fields = [relaxed_field(field.raw) for field in head.chosen(names)]
    previous = [field for link in chain(head, Answers()).links for field in canonical_set(link)]
    body = Bodies(leaving, head.body).digest("relaxed")
    return Material(tuple(name.decode("ascii") for name in names), sealed_bytes(fields), body, sealed_bytes(previous))


def finish(material: Material, found: Arc, results: str, stamp: Stamp, sign: Callable[[bytes], bytes]) -> bytes:
    """Return the three fields to put on top; `sign` makes a signature of a SHA-256.

    Raises Unsealable where the chain has ended, is full, or could not be judged.
    """
    instance, cv = _place(found)
    top = f"ARC-Authentication-Results: i={instance}; {results}"
    who = f"d={stamp.domain}; s={stamp.selector}; t={stamp.at}"
    names, body = _folded(":".join(material.names), ":"), b64encode(material.body).decode("ascii")
    message = (
        f"ARC-Message-Signature: i={instance}; a={stamp.algorithm}; c=relaxed/relaxed;\r\n\t{who};\r\n\t"
        f"h={names};\r\n\tbh={body};\r\n\tb="
    )
    message += _signature(material.fields, message, sign)
    seal = f"ARC-Seal: i={instance}; a={stamp.algorithm}; cv={cv};\r\n\t{who};\r\n\tb="
    before = material.previous if cv == "pass" else b""
    own = [relaxed_field(field.encode("ascii")) for field in (top, message)]
    seal += _signature(before + sealed_bytes(own), seal, sign)
    return "".join(f"{field}\r\n" for field in (seal, message, top)).encode("ascii")


def _place(found: Arc) -> tuple[int, str]:
    """Return instance and cv= of the next seal; a broken chain gets a last one of its own (section 5.1.2)."""
    if found.is_ended or found.instances >= MOST_SETS:
        raise Unsealable("the chain has ended")
    if found.result is AuthResult.TEMPERROR:
        raise Unsealable("the chain could not be judged")
    return found.instances + 1, {AuthResult.NONE: "none", AuthResult.PASS: "pass"}.get(found.result, "fail")


def _signature(before: bytes, field: str, sign: Callable[[bytes], bytes]) -> str:
    digest = hashlib.sha256(before + relaxed_field(field.encode("ascii"))).digest()
    return _folded(b64encode(sign(digest)).decode("ascii"))


def _folded(text: str, after: str = "") -> str:
    """Fold a long value where blanks mean nothing: anywhere, or behind a separator."""
    if not after:
        return "\r\n\t ".join(wrap(text, 72))
    lines = [""]
    for word in text.split(after):
        if len(lines[-1]) + len(word) > 70:
            lines.append("")
        lines[-1] += word + after
    return "\r\n\t ".join(lines).removesuffix(after)


def _names(head: Head) -> list[bytes]:
    """Name every field that is signed as often as it stands there, and From once more, so that none is added."""
    found = [field.name for field in head.fields if field.name in SIGNED][:_MOST_NAMES]
    return [b"from", *found]


def _copied(data: Buffer, plan: Plan) -> Iterator[bytes]:
    for piece in pieces(len(data), plan):
        yield piece if isinstance(piece, bytes) else data[piece.start : piece.end]
