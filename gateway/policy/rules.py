"""Rules as files say them to rules as decisions use them, with lists filled in."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from gateway.model.authentication import AuthResult
from gateway.model.conditions import Between, Hours, Method, Scanned, When, Who
from gateway.model.policy import Action, Rule
from gateway.policy import ruleshape
from gateway.policy.files import HOSTED
from gateway.policy.lists import Entries
from gateway.policy.source import Document, Path, Problem, unknown
from gateway.policy.units import WEEKDAYS

_SENDERS, _RECIPIENTS = ("sender_domains", "senders"), ("recipients",)
Word = TypeVar("Word")


def rules_of(
    document: Document, said: Iterable[ruleshape.Rule], lists: Mapping[str, Entries], problems: list[Problem]
) -> list[Rule]:
    """Return the rules in the order of the file, after appending what is wrong with their lists."""
    maker = _Maker(document, lists, problems)
    return [maker.rule(one, ("rules", at)) for at, one in enumerate(said)]


class _Maker:
    def __init__(self, document: Document, lists: Mapping[str, Entries], problems: list[Problem]) -> None:
        self._document = document
        self._lists = lists
        self._problems = problems

    def rule(self, one: ruleshape.Rule, path: Path) -> Rule:
        action = Action[one.then.action.upper()]
        hosted = HOSTED if action is Action.HOST else ""
        return Rule(
            id=one.id,
            when=self._when(one.when, (*path, "when")),
            action=action,
            reason=one.then.reason or hosted,
            locked=one.locked,
            keep=one.then.keep is not None,
            ttl=one.then.ttl,
            expires=one.expires,
            note=one.note,
            owner=one.owner,
            override=one.override,
            origin=self._document.origin(path),
        )

    def _when(self, said: ruleshape.When, path: Path) -> When:
        members, auth = said.members or ruleshape.MemberKeys.model_construct(), said.auth
        return When(
            family=_set(said.family),
            detected_family=_set(said.detected_family),
            name=tuple(said.name or ()),
            size=_between(said.size),
            depth=_between(said.depth),
            sender=self._sender(said.sender, (*path, "sender")) if said.sender else None,
            recipient=self._recipient(said.recipient, (*path, "recipient")) if said.recipient else None,
            encrypted=said.encrypted,
            macros=said.macros,
            active_content=said.active_content,
            mismatch=said.mismatch,
            members_all=_set(members.all),
            members_any=_set(members.any),
            scan=frozenset(map(Scanned, said.scan or ())),
            auth=_results(auth) if auth else (),
            time=_hours(said.time) if said.time else None,
            negated=self._when(said.negated, (*path, "not")) if said.negated else None,
        )

    def _sender(self, said: ruleshape.SenderKeys, path: Path) -> Who:
        lists = self._named(said.list, _SENDERS, path)
        domains = [one.words for one in lists if one.kind == "sender_domains"]
        addresses = [one.words for one in lists if one.kind == "senders"]
        return Who(
            domains=_set(said.domain).union(*domains),
            addresses=frozenset(one.casefold() for one in said.address or ()).union(*addresses),
            is_anyone=not (said.list or said.domain or said.address),
            auth=frozenset(map(Method, said.auth or ())),
            stale_at=min((one.stale_at for one in lists if one.stale_at is not None), default=None),
        )

    def _recipient(self, said: ruleshape.RecipientKeys, path: Path) -> Who:
        lists = self._named(said.list, _RECIPIENTS, path)
        return Who(
            domains=_set(said.domain),
            addresses=frozenset(one.casefold() for one in said.address or ()).union(*(one.words for one in lists)),
            stale_at=min((one.stale_at for one in lists if one.stale_at is not None), default=None),
        )

    def _named(self, names: list[str] | None, kinds: tuple[str, ...], path: Path) -> list[Entries]:
        """Return the lists of these names, if there are such of the right kind."""
        fitting = {name: one for name, one in self._lists.items() if one.kind in kinds}
        for at, name in enumerate(names or ()):
            if name not in fitting:
                text = unknown(f"list of {' or '.join(kinds)}", name, tuple(fitting))
                self._problems.append(self._document.problem((*path, "list", at), text))
        return [fitting[name] for name in names or () if name in fitting]


def _set(words: Iterable[Word] | None) -> frozenset[Word]:
    return frozenset(words or ())


def _between(said: ruleshape.Sizes | ruleshape.Depths | None) -> Between | None:
    return Between(said.min or 0, said.max) if said else None


def _results(said: ruleshape.AuthKeys) -> tuple[tuple[Method, frozenset[AuthResult]], ...]:
    wanted = ((method, getattr(said, method.value)) for method in Method)
    return tuple((method, frozenset(map(AuthResult, words))) for method, words in wanted if words)


def _hours(said: ruleshape.TimeKeys) -> Hours:
    days = frozenset(WEEKDAYS.index(day) for day in said.days or WEEKDAYS)
    return Hours(days, said.after or 0, 24 * 60 if said.before is None else said.before)
