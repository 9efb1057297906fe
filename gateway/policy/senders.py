"""Who sent a message, as far as somebody vouches for it, and for whom it is.

The bare envelope address is what anyone may write. With `auth`, a domain counts only where the method
proves it: SPF the domain of the envelope, DKIM the signing domain, DMARC that of the From field, ARC the
last sealer. A weak DKIM signature proves nothing.
"""

from collections.abc import Iterator

from gateway.model.authentication import Authentication, AuthResult
from gateway.model.conditions import Method, Who
from gateway.model.facts import Facts
from gateway.model.policyset import a_label

_PASS = AuthResult.PASS


def is_sender(who: Who, facts: Facts, *, passes: bool) -> bool:
    """Tell whether the sender is one of those; `passes` where it would let something through."""
    if passes and who.stale_at is not None and facts.received_at >= who.stale_at:
        return False
    local, _, domain = (facts.envelope.sender.address or "").rpartition("@")
    domain = a_label(domain)
    claimed = {domain} if domain else set()
    proven = set(_proven(who.auth, facts.authentication)) if who.auth else claimed
    if who.is_anyone:
        return bool(proven)
    if any(_is_covered(one, who.domains) for one in proven):
        return True
    return domain in proven and f"{local.casefold()}@{domain}" in who.addresses


def rules_over_recipients(who: Who, facts: Facts, *, passes: bool) -> bool:
    """Tell whether the recipients are meant: to let something pass, all of them; to forbid, any one."""
    if passes and who.stale_at is not None and facts.received_at >= who.stale_at:
        return False
    meant = [_is_recipient(one.address, who) for one in facts.envelope.recipients]
    return bool(meant) and (all(meant) if passes else any(meant))


def results(method: Method, found: Authentication | None) -> frozenset[AuthResult]:
    """Return what a method said; nothing where nobody looked."""
    if found is None:
        return frozenset()
    match method:
        case Method.SPF:
            return frozenset({found.spf.result})
        case Method.DMARC:
            return frozenset({found.dmarc.result})
        case Method.ARC:
            return frozenset({found.arc.result})
        case Method.DKIM:
            said = {AuthResult.POLICY if one.is_weak and one.result is _PASS else one.result for one in found.dkim}
            return frozenset(said or {AuthResult.NONE})


def _proven(methods: frozenset[Method], found: Authentication | None) -> Iterator[str]:
    """Yield the domains that one of the methods vouches for."""
    if found is None:
        return
    if Method.SPF in methods and found.spf.result is _PASS and not found.spf.is_helo:
        yield found.spf.domain
    if Method.DKIM in methods:
        yield from (one.domain for one in found.dkim if one.result is _PASS and not one.is_weak)
    if Method.DMARC in methods and found.dmarc.result is _PASS:
        yield found.dmarc.domain
    if Method.ARC in methods and found.arc.result is _PASS:
        yield found.arc.sealer


def _is_recipient(address: str, who: Who) -> bool:
    local, _, domain = address.rpartition("@")
    domain = a_label(domain)
    return f"{local.casefold()}@{domain}" in who.addresses or _is_covered(domain, who.domains)


def _is_covered(domain: str, patterns: frozenset[str]) -> bool:
    """Tell whether a domain is named, or lies below one that is named with a star."""
    if domain in patterns:
        return True
    while "." in domain:
        domain = domain.partition(".")[2]
        if f"*.{domain}" in patterns:
            return True
    return False
