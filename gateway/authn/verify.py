"""Everything that can be said of a message: SPF, DKIM, ARC and DMARC over its original bytes.

Runs again until all DNS answers are there; what costs (hashes, keys) is done in the last run only.
"""

from gateway.authn import arc, dkim, dmarc, spf
from gateway.authn.answers import Answers, Known
from gateway.authn.author import NoAuthor, author_domain
from gateway.authn.bodies import Bodies
from gateway.authn.errands import Client, Verified
from gateway.authn.head import Head, read_head
from gateway.mime.buffer import Buffer
from gateway.model.authentication import Authentication, AuthResult, Dmarc, Spf
from gateway.model.limits import Limits


def verify(data: Buffer, client: Client, known: Known, limits: Limits, now: int) -> Verified:
    """Evaluate the message as far as the `known` answers allow; `now` is Unix time. Never raises on content."""
    answers, head = Answers(known), read_head(data, limits)
    claims, chain = dkim.claims(head, answers), arc.chain(head, answers)
    sender, author = _sender(client, answers), _author(head)
    wish = dmarc.find(author.domain, answers) if author.domain else None
    if answers.missing:
        return Verified(None, answers.missing)
    bodies = Bodies(data, head.body)
    signatures = tuple(dkim.verify(one, head, bodies, answers, now) for one in claims)
    sealed = arc.verify(chain, head, bodies, answers)
    aligned = dmarc.evaluate(author.domain, wish, sender, signatures) if wish else author
    return Verified(Authentication(sender, signatures, aligned, sealed))


def _sender(client: Client, answers: Answers) -> Spf:
    try:
        return spf.evaluate(client.ip, client.helo, client.sender, answers)
    except spf.Pending:
        return Spf(AuthResult.TEMPERROR, "")


def _author(head: Head) -> Dmarc:
    try:
        return Dmarc(AuthResult.NONE, author_domain(head))
    except NoAuthor as problem:
        return Dmarc(AuthResult.PERMERROR, "", detail=str(problem))
