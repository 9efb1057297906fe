"""Rules that can never match: contradictions in themselves, and what an earlier rule takes away."""

from collections.abc import Iterator

from gateway.model.conditions import Between, When
from gateway.model.policy import Action, Rule
from gateway.policy.levels import Level
from gateway.policy.source import Problem

_SETS = ("family", "detected_family", "members_any", "scan")
_FLAGS = ("encrypted", "macros", "active_content", "mismatch")
_EQUALS = ("name", "sender", "recipient", "members_all", "auth", "time", "negated")
_REPLACING = (Action.HOST, Action.STRIP)


def lint_reach(level: Level) -> Iterator[Problem]:
    """Find rules of a file's own that can never match."""
    empty = frozenset(one.name for one in level.families if not (one.ext or one.detected or one.declared))
    rules = level.rules
    for at, rule in enumerate(rules):
        if rule not in level.own_rules:
            continue
        earlier = next((one for one in rules[:at] if covers(one, rule)), None)
        if why := _contradiction(rule.when, empty):
            text = f'the rule "{rule.id}" can never match: {why}'
        elif earlier:
            text = f'the rule "{rule.id}" can never match: "{earlier.id}" ({earlier.origin}) comes before it'
            if earlier.locked and not earlier.passes and rule.passes:
                text += ", is locked and cannot be opened"
        else:
            continue
        yield Problem(rule.origin.file, rule.origin.line, rule.origin.column, text)


def covers(earlier: Rule, later: Rule) -> bool:
    """Tell whether the earlier rule surely matches whatever the later one would."""
    if earlier.passes and not later.passes:
        return False  # to let pass asks for more agreement
    if earlier.passes and not earlier.when.family and earlier.when != later.when:
        return False  # it leaves disguises to others
    if earlier.expires is not None and (later.expires is None or later.expires > earlier.expires):
        return False
    if not earlier.locked and _leaves_bodies(earlier) and not _leaves_bodies(later):
        return False
    return _implies(later.when, earlier.when)


def _leaves_bodies(rule: Rule) -> bool:
    """Tell whether what the message is made of is not asked by this rule, see gateway/policy/match.py."""
    when = rule.when
    asks = when.family or when.detected_family or when.name or when.size or when.members_all or when.members_any
    return bool(asks) or rule.action in _REPLACING


def _implies(narrow: When, wide: When) -> bool:
    """Tell whether what the narrow condition asks is enough for the wide one."""
    for key in _SETS:
        asked, enough = getattr(narrow, key), getattr(wide, key)
        if enough and not (asked and asked <= enough):
            return False
    for key in (*_FLAGS, *_EQUALS):
        enough = getattr(wide, key)
        if enough not in (None, (), frozenset()) and getattr(narrow, key) != enough:
            return False
    return _within(narrow.size, wide.size) and _within(narrow.depth, wide.depth)


def _within(narrow: Between | None, wide: Between | None) -> bool:
    if wide is None:
        return True
    if narrow is None:
        return False
    return narrow.least >= wide.least and (wide.most is None or (narrow.most is not None and narrow.most <= wide.most))


def _contradiction(when: When, empty: frozenset[str]) -> str:
    """Say what in a condition excludes itself; nothing where it can hold."""
    if when.family and when.family <= empty:
        return "its families are empty"
    for key in ("size", "depth"):
        bounds: Between | None = getattr(when, key)
        if bounds and bounds.most is not None and bounds.most < bounds.least:
            return f"no {key} is at least {bounds.least} and at most {bounds.most}"
    if when.encrypted and (when.members_all or when.members_any):
        return "nobody can list the members of what is encrypted"
    if when.time and when.time.after == when.time.before:
        return "no time lies between these two"
    if when.negated and _implies(when, when.negated):
        return '"not" takes away all that the other keys ask for'
    return ""
