"""What is in the quarantine, for people and for programs.

Every address, subject and name comes from a stranger: shown only through `show.words`, or as JSON.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from gateway.cli.show import console, table, words
from gateway.ports.quarantine import Addressee, Held, HeldState

_STYLES = {"held": "yellow", "released": "green", "releasing?": "bold red", "dropped": "", "expired": ""}
PREVIEW = 4096
"""Bytes of the message that are shown."""
_LINES = 40


def print_json(what: object) -> None:
    """Print plain data, escaped as JSON is."""
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(what)) + b"\n")
    sys.stdout.buffer.flush()


def print_list(found: Sequence[Held]) -> None:
    """Print a line for each message."""
    rows = table("id", "received", "state", "tenant", "from", "to", "reason", "subject", "bytes")
    for one in found:
        state = state_of(one.state)
        case = one.case
        rows.add_row(
            words(case.id),
            words(moment(case.received_at)),
            words(state + (" (copy)" if case.is_copy else ""), _STYLES[state]),
            *map(words, (", ".join(case.tenants), f"<{case.envelope.sender.address or ''}>")),
            *map(words, (", ".join(to.address for to in one.addressees), case.reason, case.heading.subject)),
            words(str(one.size)),
        )
    console().print(rows if found else words("nothing"))


def print_one(one: Held, beginning: bytes) -> None:
    """Print everything about one message, and how it begins."""
    out, case, peer = console(), one.case, one.case.envelope.peer
    facts = table("", "")
    for name, value in (
        ("id", case.id),
        ("state", state_of(one.state) + (" (copy: something else was done with the message)" if case.is_copy else "")),
        ("received", moment(case.received_at)),
        ("expires", moment(case.expires_at)),
        ("tenant", ", ".join(case.tenants)),
        ("client", f"{peer.ip} ({peer.helo})"),
        ("sender", f"<{case.envelope.sender.address or ''}>"),
        ("reason", case.reason),
        ("from", case.heading.author),
        ("subject", case.heading.subject),
        ("message-id", case.heading.message_id),
        ("bytes", str(one.size)),
        ("sha256", one.sha256),
    ):
        facts.add_row(words(name, "bold"), words(value))
    out.print(facts)
    print_outcomes(one.addressees)
    judged = table("where", "action", "reason", "rule", "name", "found")
    for judgement in case.judgements:
        cells = (judgement.where, judgement.action.word, judgement.reason, judgement.rule, judgement.name)
        judged.add_row(*map(words, (*cells, judgement.found)))
    out.print()
    out.print(judged)
    for finding in case.findings:
        out.print(words(f"{finding.where} {finding.kind}: {finding.kind.sentence} {finding.detail}"))
    if one.has_original:
        out.print()
        out.print(words("It begins:", "bold"))
        for line in _lines(beginning):
            out.print(words(line))


def print_outcomes(addressees: Sequence[Addressee]) -> None:
    """Print what became of each recipient."""
    rows = table("recipient", "state", "what the next hop said")
    for one in addressees:
        state = state_of(one.state)
        rows.add_row(words(one.address), words(state, _STYLES[state]), words(one.reply))
    console().print(rows)


def plain(one: Held) -> dict[str, Any]:
    """Return a message as JSON shows it."""
    case = one.case
    return {
        "id": case.id,
        "state": state_of(one.state),
        "is_copy": case.is_copy,
        "received_at": moment(case.received_at),
        "expires_at": moment(case.expires_at),
        "tenants": case.tenants,
        "sender": case.envelope.sender.address,
        "client": case.envelope.peer.ip,
        "recipients": [
            {"address": to.address, "state": state_of(to.state), "reply": to.reply} for to in one.addressees
        ],
        "reason": case.reason,
        "subject": case.heading.subject,
        "from": case.heading.author,
        "message_id": case.heading.message_id,
        "size": one.size,
        "sha256": one.sha256,
        "judgements": [
            {"where": judged.where, "action": judged.action.word, "reason": judged.reason, "rule": judged.rule}
            | {"name": judged.name, "found": judged.found}
            for judged in case.judgements
        ],
        "findings": [
            {"kind": finding.kind, "where": finding.where, "detail": finding.detail} for finding in case.findings
        ],
    }


def outcomes(addressees: Sequence[Addressee]) -> list[dict[str, str]]:
    """Return recipients as JSON shows them."""
    return [{"address": one.address, "state": state_of(one.state), "reply": one.reply} for one in addressees]


def state_of(state: HeldState) -> str:
    """Return the word for a state; one that nobody knows the end of has a question mark."""
    return "releasing?" if state is HeldState.RELEASING else state.value


def moment(at: float) -> str:
    """Write a time as ISO 8601 in UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def _lines(beginning: bytes) -> Iterator[str]:
    lines = beginning[:PREVIEW].decode("utf-8", "replace").splitlines()
    yield from lines[:_LINES]
    if len(lines) > _LINES or len(beginning) >= PREVIEW:
        yield "…"
