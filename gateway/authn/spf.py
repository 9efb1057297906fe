"""SPF (RFC 7208) by pyspf, with DNS answers that were fetched before."""

import re

import spf

from gateway.authn.answers import Answer, Answers, Found, Kind, is_name
from gateway.model.authentication import AuthResult, Spf

_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
_LONGEST = 200
_RESULTS = {one.value: one for one in AuthResult}


class Pending(Exception):
    """An answer must be fetched before SPF can go on."""


def evaluate(ip: str, helo: str, sender: str | None, answers: Answers) -> Spf:
    """Ask whether `ip` may send for MAIL FROM, or for HELO where that is null. Raises Pending, nothing else."""
    is_helo = not sender or "@" not in sender
    domain = (helo if is_helo or sender is None else sender.rpartition("@")[2]).lower().rstrip(".")
    if not _DOMAIN.fullmatch(domain) or not is_name(domain):
        return Spf(AuthResult.NONE, "", is_helo=is_helo, detail="no domain to ask")
    try:
        query = _Query(ip, "" if is_helo else sender or "", domain if is_helo else helo, answers)
        result, _, words = query.check()
    except Pending:
        raise
    except Exception as error:  # noqa: BLE001 - what a stranger's record makes pyspf raise
        return Spf(AuthResult.PERMERROR, domain, is_helo, f"the record cannot be read: {type(error).__name__}")
    detail = words if result in {"permerror", "temperror"} else ""
    return Spf(_RESULTS.get(result, AuthResult.PERMERROR), domain, is_helo, ascii(detail)[1:-1][:_LONGEST])


class _Query(spf.query):  # type: ignore[misc] # it has no types
    """pyspf's machine with our answers; keeps its limits on lookups (RFC 7208 section 4.6.4)."""

    def __init__(self, ip: str, sender: str, helo: str, answers: Answers) -> None:
        super().__init__(i=ip, s=sender, h=helo, receiver="unknown")
        self._answers = answers

    def dns(self, name: str, qtype: str, cnames: object = None, ignore_void: bool = False) -> list[object]:  # noqa: ARG002, FBT001, FBT002 - as pyspf calls it
        """Return the records as pyspf expects them. Raises Pending, or pyspf's own errors."""
        answer = self._answers.look(Kind(qtype), name)
        if answer is None:
            raise Pending
        if answer.found is Found.TROUBLE:
            raise spf.TempError("no answer from DNS")
        if not answer.records and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError("more than two lookups came to nothing")
        return _records(Kind(qtype), answer)

    def get_explanation(self, spec: str) -> None:
        """Ask for no explanation: a stranger's words are not passed on."""


def _records(kind: Kind, answer: Answer) -> list[object]:
    if kind is Kind.TXT:
        return [[record.encode("latin-1", "replace")] for record in answer.records]
    if kind is Kind.MX:
        return [(at, record) for at, record in enumerate(answer.records)]
    return list(answer.records)
