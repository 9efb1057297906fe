"""Delivery before the scan: `hosting.deliver_before_scan`, while no scanner answers.

A hosted file waits behind its link for a clean scan, so the mail need not wait for it: what is said against the file,
and against the mail that it came with, because nobody scanned it, counts for nothing then. Other files that stay in
the mail are judged as ever, and an infection is one.
"""

from collections.abc import Iterable, Sequence

from gateway.model.artifact import Artifact, Role
from gateway.model.policy import Action, Policy
from gateway.model.verdict import Judgement
from gateway.policy.scanned import WHEN_DOWN

_ATTACHED = frozenset((Role.ATTACHMENT, Role.MEMBER))


def unhurried(judged: Iterable[Judgement], artifacts: Sequence[Artifact], policy: Policy) -> list[Judgement]:
    """Return the judgements without those that a later scan of hosted files will answer."""
    judgements = list(judged)
    hosted = {one.where for one in judgements if one.action is Action.HOST}
    if not policy.hosting.deliver_before_scan or not hosted:
        return judgements
    stay = [one.where for one in artifacts if one.role in _ATTACHED and not _is_in(one.where, hosted)]
    return [one for one in judgements if one.rule != WHEN_DOWN or one.where in stay]


def _is_in(where: str, hosted: set[str]) -> bool:
    """Tell whether a file waits behind a link, itself or in another that does."""
    while where and where not in hosted:
        where = where.rpartition("/")[0]
    return bool(where)
