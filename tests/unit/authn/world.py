"""A zone, keys and a mail for tests of sender authentication; signatures are made by dkimpy."""

from collections.abc import Mapping
from functools import cache

import dkim

from gateway.authn import results, seal, signing
from gateway.authn.answers import Answer, Found, Kind, Known, Question
from gateway.authn.errands import Client
from gateway.authn.seal import Stamp
from gateway.authn.signing import Signer
from gateway.authn.verify import verify
from gateway.model.authentication import Arc, Authentication, AuthResult, Dmarc, Spf
from gateway.model.limits import Limits
from gateway.model.plan import Plan

NOW = 1_700_000_000
MAIL = (
    b"From: Bob <bob@example.org>\r\nTo: ann@recipient.example\r\nSubject:  two \r\n blanks\r\n"
    b"Date: Tue, 14 Nov 2023 22:13:20 +0000\r\nMessage-ID: <1@example.org>\r\n\r\nhello  world\t\r\n\r\n\r\n"
)
NOTHING = Authentication(Spf(AuthResult.NONE, ""), (), Dmarc(AuthResult.NONE, "example.org"), Arc(AuthResult.NONE))
Zone = Mapping[tuple[Kind, str], tuple[str, ...] | None]
"""None for a name whose servers fail."""


@cache
def pem(kind: str) -> bytes:
    """Return one private key for all tests."""
    return signing.make("ed25519" if kind == "ed25519" else "rsa")


@cache
def _signer(kind: str) -> Signer:
    return signing.signer(pem(kind))


def key(kind: str = "rsa") -> Signer:
    """Return it in use."""
    return _signer(kind)


def zone(more: Mapping[str, tuple[str, ...] | None] | None = None) -> Zone:
    """Return what example.org publishes, and `more` TXT records by name."""
    found: dict[tuple[Kind, str], tuple[str, ...] | None] = {
        (Kind.TXT, "sel._domainkey.example.org"): (key().record,),
        (Kind.TXT, "ed._domainkey.example.org"): (key("ed25519").record,),
        (Kind.TXT, "example.org"): ("unrelated", "v=spf1 include:inc.example.org -all"),
        (Kind.TXT, "inc.example.org"): ("v=spf1 ip4:192.0.2.0/24 -all",),
        (Kind.TXT, "_dmarc.example.org"): ("v=DMARC1; p=reject; sp=quarantine; pct=50",),
    }
    return found | {(Kind.TXT, name): records for name, records in (more or {}).items()}


def answer(question: Question, records: Zone) -> Answer:
    """Answer from a zone."""
    found = records.get((question.kind, question.name), ())
    if found is None:
        return Answer(Found.TROUBLE)
    return Answer(Found.RECORDS, found) if found else Answer(Found.NOTHING)


def known(records: Zone) -> Known:
    """Return a whole zone as answers."""
    questions = [Question(kind, name) for kind, name in records]
    return tuple((one, answer(one, records)) for one in questions)


def verified(
    data: bytes, records: Zone | None = None, ip: str = "192.0.2.1", sender: str | None = "bob@example.org"
) -> Authentication:
    """Verify as the worker does: fetch what is missing, and run again."""
    answers: dict[Question, Answer] = {}
    records = zone() if records is None else records
    while True:
        found = verify(data, Client(ip, "mx.example.org", sender), tuple(answers.items()), Limits(), NOW)
        if found.authentication:
            return found.authentication
        assert found.missing
        answers |= {question: answer(question, records) for question in found.missing}


def signed(data: bytes = MAIL, canon: str = "relaxed/relaxed", **options: object) -> bytes:
    """Sign with RSA; return the whole message."""
    head, body = canon.encode().split(b"/")
    return bytes(dkim.sign(data, b"sel", b"example.org", pem("rsa"), canonicalize=(head, body), **options)) + data


def sealed(data: bytes = MAIL, kind: str = "rsa", found: Authentication | None = None) -> bytes:
    """Put a seal of ours on top."""
    found = found or verified(data)
    stamp = Stamp("example.org", "ed" if kind == "ed25519" else "sel", key(kind).algorithm, NOW)
    material = seal.prepare(data, Plan(), Limits())
    text = results.results_text("mx.example", found)
    return seal.finish(material, found.arc, text, stamp, key(kind).sign) + data


def by_dkimpy(data: bytes, records: Zone | None = None) -> object:
    """Return what dkimpy says of the chain: b"pass", b"fail", b"none", or None where it has ended."""
    published = zone() if records is None else records

    def txt(name: bytes, timeout: int = 5) -> bytes | None:
        found = published.get((Kind.TXT, name.decode().rstrip(".")))
        return found[0].encode() if found else None

    return dkim.ARC(data).verify(dnsfunc=txt)[0]
