"""What `postern examine` found, for people and for programs.

Every name, type and detail comes from a stranger: shown only through `show.words`, or as JSON.
"""

import sys
from dataclasses import dataclass
from typing import Any

import msgspec
from rich.console import Console
from rich.tree import Tree

from gateway.app.records import describe
from gateway.cli.show import console, table, words
from gateway.model.artifact import Artifact
from gateway.model.facts import Facts
from gateway.model.message import Message, Part
from gateway.model.policy import Action
from gateway.model.record import MessageRecord
from gateway.model.reply import Reply
from gateway.model.verdict import Verdict

STYLES = {one.word: "bold red" if one is Action.REJECT else "yellow" if one else "green" for one in Action}
UNSCANNED = "NO VIRUS SCAN: clamd does not answer ({}); live mail would get 451"
_PASSED = Reply(250, "", ("(what the next hop answers)",))


@dataclass(frozen=True, slots=True)
class Examined:
    """A message, judged."""

    message: Message
    facts: Facts
    verdict: Verdict
    reply: Reply | None
    """None where the next hop would answer."""
    unscanned: str
    """Why there was no virus scan; empty where there was one."""


def show(name: str, one: Examined, notes: list[str], *, as_json: bool) -> None:
    """Print it."""
    if one.unscanned:
        notes.append(UNSCANNED.format(one.unscanned))
    if as_json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(_plain(name, one, notes))) + b"\n")
        return
    out = console()
    out.print(words(f"{name}: {one.facts.size} bytes", "bold"))
    for note in notes:
        out.print(words(f"note: {note}", "yellow"))
    out.print(_tree(one.message.root, _readings(one.facts)))
    _show_files(out, one.facts)
    _show_findings(out, one.facts)
    _show_verdict(out, one)


def _readings(facts: Facts) -> dict[str, dict[str, list[Artifact]]]:
    """Return the files of each other reading, by the part that is read in another way."""
    found: dict[str, dict[str, list[Artifact]]] = {}
    for one in facts.artifacts:
        part, mark, rest = one.where.partition("~")
        if mark and "/" not in part:
            found.setdefault(part, {}).setdefault(rest.partition("/")[0], []).append(one)
    return found


def _tree(part: Part, readings: dict[str, dict[str, list[Artifact]]], above: Tree | None = None) -> Tree:
    names = "".join(f' "{name}"' for name in part.names)
    label = words(f"{part.where} {part.media_type} {part.encoding} {len(part.body)} bytes{names}")
    here = Tree(label) if above is None else above.add(label)
    for child in part.children:
        _tree(child, readings, here)
    for reading, files in readings.get(part.where, {}).items():
        other = here.add(words(f"or read as {reading}:", "yellow"))
        for one in files:
            other.add(
                words(" ".join([one.where, one.detected, f"{one.size} bytes", *(f'"{name}"' for name in one.names)]))
            )
    return here


def _show_files(out: Console, facts: Facts) -> None:
    scans: dict[str, str] = {}
    for scan in facts.scans:
        scans.setdefault(scan.where, f"{scan.outcome} {scan.signature}".strip())
    rows = table("file", "name", "declared", "found", "bytes", "virus scan", "sha256")
    for one in facts.artifacts:
        cells = (one.where, ", ".join(one.names), one.declared, one.detected, str(one.size))
        rows.add_row(*map(words, (*cells, scans.get(one.where, "-"), one.sha256[:16])))
    if "message" in scans:
        rows.add_row(*map(words, ("message", "", "", "", str(facts.size), scans["message"], "")))
    _titled(out, "Files", rows if rows.row_count else None)


def _show_findings(out: Console, facts: Facts) -> None:
    rows = table("where", "finding", "gravity", "what it means", "detail")
    for one in facts.findings:
        rows.add_row(*map(words, (one.where, one.kind, one.kind.gravity, one.kind.sentence, one.detail)))
    _titled(out, "Findings", rows if rows.row_count else None)


def _show_verdict(out: Console, one: Examined) -> None:
    verdict = one.verdict
    rows = table("where", "action", "reason", "rule", "found")
    for judged in verdict.judgements:
        action = words(judged.action.word, STYLES[judged.action.word])
        rows.add_row(words(judged.where), action, *map(words, (judged.reason, judged.rule, judged.found)))
    _titled(out, f"Judged by policy {verdict.policy}, version {verdict.policy_version}", rows)
    out.print()
    out.print(words(f"Verdict: {verdict.action.word}", STYLES[verdict.action.word]))
    for line in (one.reply or _PASSED).lines:
        reply = one.reply or _PASSED
        out.print(words(f"Reply: {reply.code} {reply.enhanced} {line}".replace("  ", " ")))


def _titled(out: Console, title: str, rows: Any) -> None:
    out.print()
    out.print(words(title if rows else f"{title}: none", "bold"))
    if rows:
        out.print(rows)


def _plain(name: str, one: Examined, notes: list[str]) -> dict[str, Any]:
    record = MessageRecord(one.facts, (), one.verdict, one.reply or _PASSED, "", None, False, {})
    described = describe(record)
    kept = ("size", "action", "policy", "policy_version", "judgements", "reasons", "artifacts", "scans")
    return {
        "file": name,
        "notes": notes,
        "tree": _branch(one.message.root, _readings(one.facts)),
        **{key: described[key] for key in kept},
        "findings": [
            {
                "kind": finding.kind,
                "gravity": finding.kind.gravity,
                "where": finding.where,
                "detail": finding.detail,
                "sentence": finding.kind.sentence,
            }
            for finding in one.facts.findings
        ],
        "reply": described["reply"] if one.reply else "",
    }


def _branch(part: Part, readings: dict[str, dict[str, list[Artifact]]]) -> dict[str, Any]:
    others = readings.get(part.where, {})
    return {
        "where": part.where,
        "media_type": part.media_type,
        "encoding": part.encoding,
        "names": part.names,
        "bytes": len(part.body),
        "parts": [_branch(child, readings) for child in part.children],
        "readings": {reading: [one.where for one in files] for reading, files in others.items()},
    }
