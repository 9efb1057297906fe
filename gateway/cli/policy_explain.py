"""`postern policy explain`: which rule decided each part of a message, and which came near.

Names and types come from a stranger: shown only through `show.words`, or as JSON.
"""

import sys

import msgspec

from gateway.cli.examine import Question, answer
from gateway.cli.examined import STYLES, UNSCANNED, Examined
from gateway.cli.show import console, table, words
from gateway.model.policy import Policy
from gateway.policy.trail import Step, trail


def explain(question: Question) -> int:
    """Show it; return the exit code."""
    return answer(question, lambda one, policy, notes: _tell(question, one, policy, notes))


def _tell(question: Question, one: Examined, policy: Policy, notes: list[str]) -> None:
    verdict, steps = trail(one.facts, policy)
    if one.unscanned:
        notes.append(UNSCANNED.format(one.unscanned))
    origins = {rule.id: str(rule.origin) for rule in policy.rules}
    if question.as_json:
        plain = {
            "file": str(question.file),
            "notes": notes,
            "policy": verdict.policy,
            "policy_version": verdict.policy_version,
            "action": verdict.action.word,
            "parts": [_plain(step, origins) for step in steps],
        }
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(plain)) + b"\n")
        return
    out = console()
    for note in notes:
        out.print(words(f"note: {note}", "yellow"))
    rows = table("part", "name", "found", "action", "reason", "rule", "written in", "came near")
    for step in steps:
        judged = step.judgement
        near = ", ".join(f"{near.rule} (but for {near.missing})" for near in step.near) or "-"
        action = words(judged.action.word, STYLES[judged.action.word])
        about = words(judged.where), words(judged.name), words(judged.found)
        rows.add_row(*about, action, *map(words, (judged.reason, judged.rule, origins.get(judged.rule, ""), near)))
    out.print(words(f"Policy {verdict.policy}, version {verdict.policy_version}", "bold"))
    out.print(rows)
    out.print(words(f"Verdict: {verdict.action.word}", STYLES[verdict.action.word]))


def _plain(step: Step, origins: dict[str, str]) -> dict[str, object]:
    one = step.judgement
    return {
        "where": one.where,
        "name": one.name,
        "found": one.found,
        "action": one.action.word,
        "reason": one.reason,
        "rule": one.rule,
        "written_in": origins.get(one.rule, ""),
        "near": [{"rule": near.rule, "missing": near.missing} for near in step.near],
    }
