"""Lists of addresses and domains in files of their own: one entry a line, what follows a # is a comment.

A list with a `max_age` says from when it is, in a comment of its own (`# date: 2026-11-01`): the date of a
file changes with every copy of it, and with it what the gateway does.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.policy.shape import AddressList
from gateway.policy.source import ListFile, Problem
from gateway.policy.units import address, domain, last_day

_DAY = 86_400.0
_DATE = re.compile(r"#\s*date:\s*(\S+)\s*\Z")
MAX_PROBLEMS = 20
"""Wrong lines of one list that are named."""
_CHECKS: Mapping[str, Callable[[str], str]] = {"sender_domains": domain, "senders": address, "recipients": address}


@dataclass(frozen=True, slots=True)
class Entries:
    """What a list holds."""

    kind: str
    words: frozenset[str]
    """Domains in A-labels, or addresses case-folded."""
    stale_at: float | None
    """Unix time from which it is older than its max_age."""


def entries(said: AddressList, source: ListFile, problems: list[Problem]) -> Entries:
    """Return what the file holds, after appending what is wrong with it."""
    check = _CHECKS[said.kind]
    words, wrong, dated = set(), [], None
    for number, line in enumerate(source.text.splitlines(), 1):
        if (found := _DATE.match(line.strip())) and dated is None:
            try:
                dated = last_day(found[1])
            except ValueError as error:
                wrong.append(Problem(source.file, number, 1, str(error)))
        elif word := line.partition("#")[0].strip():
            try:
                words.add(check(word).casefold())
            except ValueError as error:
                wrong.append(Problem(source.file, number, 1, str(error)))
    if said.max_age is not None and dated is None and not wrong:
        wrong.append(Problem(source.file, 1, 1, "a list with max_age says from when it is: # date: 2026-11-01"))
    problems += wrong[:MAX_PROBLEMS]
    stale_at = dated + said.max_age - _DAY if said.max_age is not None and dated is not None else None
    return Entries(said.kind, frozenset(words), stale_at)
