"""DMARC (RFC 7489): does what passed speak for the author's domain, and what does that domain ask for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from publicsuffixlist import PublicSuffixList

from gateway.authn import tags
from gateway.authn.answers import Answers, Found, Kind
from gateway.authn.tags import Malformed
from gateway.model.authentication import AuthResult, Dkim, Dmarc, Spf

_VERSION = re.compile(r"v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)")
_POLICIES = frozenset({"none", "quarantine", "reject"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What a domain published."""

    policy: str
    strict_dkim: bool
    strict_spf: bool
    percent: int


@dataclass(frozen=True, slots=True)
class Lookup:
    """The record that counts for a domain, or how the search for it ended."""

    wish: Wish | None
    result: AuthResult
    detail: str = ""


def organisational(domain: str) -> str:
    """Return the organisational domain (section 3.2); a public suffix is its own."""
    return _suffixes().privatesuffix(domain) or domain


def find(domain: str, answers: Answers) -> Lookup:
    """Look for the record of the author's domain, then of its organisation (section 6.6.3)."""
    above = organisational(domain)
    for place in dict.fromkeys((domain, above)):
        answer = answers.look(Kind.TXT, f"_dmarc.{place}")
        if answer is None or answer.found is Found.TROUBLE:
            return Lookup(None, AuthResult.TEMPERROR, "no answer for the record")
        records = [record for record in answer.records if _VERSION.match(record)]
        if len(records) == 1:
            return _lookup(records[0], is_inherited=place != domain)
        if records:
            return Lookup(None, AuthResult.NONE, "several records")
    return Lookup(None, AuthResult.NONE)


def evaluate(domain: str, found: Lookup, spf: Spf, dkim: Iterable[Dkim]) -> Dmarc:
    """Compare the domains that passed with the author's (section 3.1)."""
    wish = found.wish
    if wish is None:
        return Dmarc(found.result, domain, detail=found.detail)
    signers = [one for one in dkim if not one.is_weak and _aligned(one.domain, domain, strict=wish.strict_dkim)]
    is_spf = _aligned(spf.domain, domain, strict=wish.strict_spf)
    results = [one.result for one in signers] + ([spf.result] if is_spf else [])
    if AuthResult.PASS in results:
        result = AuthResult.PASS
    else:
        result = AuthResult.TEMPERROR if AuthResult.TEMPERROR in results else AuthResult.FAIL
    return Dmarc(result, domain, wish.policy, wish.percent)


def _aligned(one: str, author: str, *, strict: bool) -> bool:
    return one == author or (bool(one) and not strict and organisational(one) == organisational(author))


def _lookup(record: str, *, is_inherited: bool) -> Lookup:
    try:
        found = tags.parse(record.encode("latin-1", "replace"))
        policy = tags.text(found, "p", "none").lower()
        if is_inherited:
            policy = tags.text(found, "sp", policy).lower()
        wish = Wish(
            policy if policy in _POLICIES else "none",
            tags.text(found, "adkim", "r").lower() == "s",
            tags.text(found, "aspf", "r").lower() == "s",
            _percent(found),
        )
    except Malformed as error:
        return Lookup(None, AuthResult.PERMERROR, str(error))
    return Lookup(wish, AuthResult.NONE)


def _percent(found: dict[str, bytes]) -> int:
    try:
        number = tags.number(found, "pct")
    except Malformed:
        number = None
    return 100 if number is None else min(number, 100)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
