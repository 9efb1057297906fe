"""Lists in DNS (RFC 5782): the forms of Spamhaus DBL, SURBL and URIBL for domains, and lists of addresses.

An answer counts only where the list's form gives it a meaning. What a list says to those whom it does not serve
(127.255.255.x, 127.0.0.1) and anything outside of 127/8, as a resolver gives that shows advertisements for names that
do not exist, is silence. Each round asks anew: nothing is remembered here from one to the next.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, ip_address
from time import monotonic

from gateway.adapters.dns import Resolver
from gateway.authn.answers import Answer, Found, Kind, Question, is_name
from gateway.model.limits import Deadline
from gateway.reputation.listings import Said, Word

_PATIENCE = 20.0
"""Seconds for one round."""
_MOST_ADDRESSES = 16
"""Of one domain."""
_OURS = IPv4Network("127.0.0.0/8")
_REFUSALS = IPv4Network("127.255.255.0/24")
"""Spamhaus: 252 a name that is mistyped, 254 a public resolver, 255 too many questions."""
_SURBL = {8: "phishing", 16: "malware", 64: "abuse", 128: "cracked"}
_URIBL = {2: "black", 8: "red"}
"""Grey (4) is bulk mail that can be declined: no danger to anybody."""

_Read = Callable[[IPv4Address], Said]


class Form(StrEnum):
    """How a list writes what it knows."""

    DBL = "dbl"
    SURBL = "surbl"
    URIBL = "uribl"
    ZEN = "zen"
    """Spamhaus' addresses; those that only should not send mail themselves (PBL) are not listed."""
    ADDRESSES = "ip"
    """Any other list of addresses."""


def _dbl(octets: tuple[int, ...]) -> Said:
    if octets[:3] == (127, 0, 1) and 2 <= octets[3] <= 254:
        return Said(Word.LISTED, "abused" if octets[3] >= 100 else "bad")
    return Said(Word.SILENT, "asked for an address" if octets == (127, 0, 1, 255) else "an unknown answer")


def _bits(meanings: Mapping[int, str], octets: tuple[int, ...]) -> Said:
    if octets[:3] != (127, 0, 0) or octets[3] & 1:
        return Said(Word.SILENT, "refused")
    found = [name for bit, name in meanings.items() if octets[3] & bit]
    return Said(Word.LISTED, ", ".join(found)) if found else Said(Word.CLEAN)


def _zen(octets: tuple[int, ...]) -> Said:
    if octets[:3] == (127, 0, 0) and 10 <= octets[3] <= 11:
        return Said(Word.CLEAN)
    return _plain(octets)


def _plain(octets: tuple[int, ...]) -> Said:
    is_listed = octets[0] == 127 and octets[3] != 1
    return Said(Word.LISTED) if is_listed else Said(Word.SILENT, "refused")


_FORMS: Mapping[Form, Callable[[tuple[int, ...]], Said]] = {
    Form.DBL: _dbl,
    Form.SURBL: lambda octets: _bits(_SURBL, octets),
    Form.URIBL: lambda octets: _bits(_URIBL, octets),
    Form.ZEN: _zen,
    Form.ADDRESSES: _plain,
}


def meaning(form: Form, answer: Answer) -> Said:
    """Return what a list's records for a name mean; one that is no answer makes all of them none."""
    if answer.found is Found.TROUBLE:
        return Said(Word.SILENT, "no answer")
    said = [_read(form, record) for record in answer.records]
    return _worst(said) if said else Said(Word.CLEAN)


def _read(form: Form, record: str) -> Said:
    address = IPv4Address(record)
    if address in _REFUSALS:
        return Said(Word.SILENT, f"refused ({record})")
    if address not in _OURS:
        return Said(Word.SILENT, "an address that is no answer")
    said = _FORMS[form](tuple(address.packed))
    return Said(said.word, " ".join(filter(None, (said.detail, f"({record})")))) if said.word is Word.LISTED else said


def _worst(said: Sequence[Said], order: Sequence[Word] = (Word.SILENT, Word.LISTED, Word.CLEAN)) -> Said:
    return min(said, key=lambda one: order.index(one.word))


def reversed_name(address: str) -> str:
    """Return the labels under which a list holds an address (RFC 5782 sections 2.1 and 2.4)."""
    return ip_address(address).reverse_pointer.removesuffix(".in-addr.arpa").removesuffix(".ip6.arpa")


@dataclass(frozen=True, slots=True)
class DnsList:
    """One list; implements `ports.listings.ListingSource`."""

    name: str
    zone: str
    form: Form
    servers: tuple[str, ...] = ()
    """As `host:port`; none: those of the system. Lists do not answer public resolvers."""

    async def ask(self, names: Sequence[str]) -> Mapping[str, Said]:
        """Ask for all names at once."""
        resolver, deadline = Resolver(self.servers), Deadline(monotonic() + _PATIENCE)
        try:
            if self.form in (Form.ZEN, Form.ADDRESSES):
                return await self._ask_addresses(resolver, names, deadline)
            return await self._ask_list(resolver, {name: name for name in names}, deadline)
        finally:
            await resolver.close()

    async def _ask_list(self, resolver: Resolver, labels: Mapping[str, str], deadline: Deadline) -> dict[str, Said]:
        """Ask for keys by the labels that stand for them."""
        questions = {key: Question(Kind.A, f"{label}.{self.zone}") for key, label in labels.items()}
        answers = await resolver.answers({one for one in questions.values() if is_name(one.name)}, deadline)
        nothing = Answer(Found.TROUBLE)
        return {key: meaning(self.form, answers.get(question, nothing)) for key, question in questions.items()}

    async def _ask_addresses(self, resolver: Resolver, names: Sequence[str], deadline: Deadline) -> dict[str, Said]:
        """Find the addresses of the names first; a name whose addresses are not all known is not clean."""
        hosts = [name for name in names if not _is_address(name)]
        questions = [Question(kind, host) for host in hosts for kind in (Kind.A, Kind.AAAA)]
        found = await resolver.answers(questions, deadline)
        addresses = {name: [name] for name in names if _is_address(name)}
        for host in hosts:
            both = [found[Question(kind, host)] for kind in (Kind.A, Kind.AAAA)]
            addresses[host] = [text for answer in both for text in answer.records][:_MOST_ADDRESSES]
        every = {address for some in addresses.values() for address in some}
        said = await self._ask_list(resolver, {one: reversed_name(one) for one in every}, deadline)
        silent = {question.name for question, answer in found.items() if answer.found is Found.TROUBLE}
        return {name: _together([said[one] for one in addresses[name]], name in silent) for name in names}


def _together(said: Sequence[Said], has_unknown: bool) -> Said:  # noqa: FBT001 - private
    """Judge a domain by its addresses: one that is listed is enough, clean only where all are."""
    if not said:
        return Said(Word.SILENT, "has no address")
    worst = _worst(said, (Word.LISTED, Word.SILENT, Word.CLEAN))
    return Said(Word.SILENT, "no answer") if has_unknown and worst.word is Word.CLEAN else worst


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
