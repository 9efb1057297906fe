"""What a linter says beyond what keeps a folder from being served: what time and the world around make of it.

A policy that was right yesterday must load tomorrow, so an exception that ended, or a list that grew old, is
no reason to refuse the folder: it opens nothing any more, and this says so. Pure: the day and the knowledge
of public suffixes are given.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.model.conditions import When, Who
from gateway.model.origin import Origin
from gateway.model.policy import Policy, Rule
from gateway.model.policyset import PolicySet
from gateway.policy.source import Problem

SOON = 30 * 86_400.0
"""Seconds before an end from which there is a warning."""
BIG_PROVIDERS = frozenset(
    {
        "126.com",
        "163.com",
        "aol.com",
        "att.net",
        "bluewin.ch",
        "btinternet.com",
        "comcast.net",
        "daum.net",
        "fastmail.com",
        "free.fr",
        "freenet.de",
        "gmail.com",
        "gmx.at",
        "gmx.ch",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hey.com",
        "hotmail.com",
        "icloud.com",
        "laposte.net",
        "libero.it",
        "live.com",
        "mac.com",
        "mail.com",
        "mail.de",
        "mail.ru",
        "me.com",
        "msn.com",
        "naver.com",
        "onmicrosoft.com",
        "orange.fr",
        "outlook.com",
        "posteo.de",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "sfr.fr",
        "sina.com",
        "t-online.de",
        "telefonica.net",
        "tutanota.com",
        "verizon.net",
        "virgilio.it",
        "wanadoo.fr",
        "web.de",
        "yahoo.com",
        "yandex.ru",
        "ymail.com",
        "zoho.com",
    }
)
"""Where anybody can get an address: to trust one of these domains is to trust everybody."""


@dataclass(frozen=True, slots=True)
class Remarks:
    """What was found; only mistakes make the linter fail."""

    mistakes: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def review(found: PolicySet, now: float, is_public: Callable[[str], bool]) -> Remarks:
    """Look at everything that is served and at all parents; `is_public` knows public suffixes."""
    rules = {rule.origin: rule for policy in _policies(found) for rule in policy.rules}
    mistakes = [_problem(one.origin, f"{one.what} is over since {_day(one.at)}") for one in found.ends if one.at <= now]
    mistakes += [
        _problem(origin, text) for origin, rule in rules.items() if not rule.override for text in _wide(rule, is_public)
    ]
    mistakes += [
        _problem(tenant.origin, f'"{one}" covers a public suffix; name the domain below it, or override: NAME')
        for tenant in found.tenants
        if not tenant.override
        for one in tenant.domains
        if is_public(one.removeprefix("*."))
    ]
    warnings = [
        _problem(one.origin, f"{one.what} is over on {_day(one.at)}")
        for one in found.ends
        if now < one.at <= now + SOON
    ]
    return Remarks(tuple(sorted(set(mistakes))), tuple(sorted(set(warnings))))


def _policies(found: PolicySet) -> Iterable[Policy]:
    defaults = (found.default,) if found.default else ()
    return (*defaults, *found.presets.values(), *(tenant.policy for tenant in found.tenants))


def _senders(when: When) -> Iterator[Who]:
    if when.sender:
        yield when.sender
    if when.negated:
        yield from _senders(when.negated)


def _wide(rule: Rule, is_public: Callable[[str], bool]) -> Iterator[str]:
    """Find patterns for senders that stand for everybody."""
    for who in _senders(rule.when):
        for pattern in sorted(who.domains):
            bare = pattern.removeprefix("*.")
            if is_public(bare):
                yield f'"{pattern}" covers a public suffix; name domains below it, or override: NAME'
            elif bare in BIG_PROVIDERS:
                yield f'"{pattern}" is a big mail provider; name addresses there, or override: NAME'


def _problem(origin: Origin, text: str) -> Problem:
    return Problem(origin.file, origin.line, origin.column, text)


def _day(end: float) -> str:
    return datetime.fromtimestamp(end, UTC).date().isoformat()
