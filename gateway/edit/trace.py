"""The fields that Postern puts on top of a message: where it came from, and why it was marked.

Values come from the client, so each is checked against what may stand there: nothing a client says can
end a field, begin another or leave its place. Never folds inside a word, never writes a byte above 127
unless the message is an SMTPUTF8 one.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from ipaddress import ip_address

from gateway.edit.removal import Removal
from gateway.model.envelope import Envelope, Peer
from gateway.model.facts import Facts
from gateway.model.policy import Action
from gateway.model.verdict import Judgement, Verdict
from gateway.policy.names import shown

MAX_TAGS = 5
"""Marked parts that are named; a sixth field counts the others."""
MAX_REMOVED = 20
"""Places that are named; one more field counts the others."""
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,253}[A-Za-z0-9])?")
_LITERAL = re.compile(r"\[[0-9A-Fa-fIPv:.]{2,50}\]")
_MAILBOX = re.compile(r"[^\s\x00-\x20\x7f<>\\]{1,320}")


def received(facts: Facts, verdict: Verdict, hostname: str) -> bytes:
    """Return the trace field (RFC 5321 section 4.4); it names the recipient only where there is one.

    There is none where an MTA keeps the message: it writes its own.
    """
    envelope = facts.envelope
    if envelope.queue_id is not None:
        return b""
    lines = [
        f"Received: from {_client(envelope.peer)}",
        f"by {hostname} (Postern policy {_word(verdict.policy_version)})",
        f"with {_protocol(envelope)}{_tls(envelope.peer)} id {_word(facts.id)}",
    ]
    if mailbox := _only_recipient(envelope):
        lines.append(f"for <{mailbox}>")
    lines[-1] += ";"
    lines.append(_date(int(facts.received_at)))
    return _field(lines)


def tags(verdict: Verdict) -> bytes:
    """Return a field for each judgement that marks the message, or because of which it was rebuilt."""
    marks = [one for one in verdict.judgements if one.action in {Action.TAG, Action.REBUILD}]
    fields = [_tag(one) for one in marks[:MAX_TAGS]]
    if len(marks) > MAX_TAGS:
        fields.append(_field([f"X-Postern-Tag: more={len(marks) - MAX_TAGS}"]))
    return b"".join(fields)


def removed(facts: Facts, removals: Sequence[Removal]) -> bytes:
    """Return a field for each place where something was taken out, for programs that read mail (ticket systems)."""
    fields = [_removed(facts, one) for one in removals[:MAX_REMOVED]]
    if len(removals) > MAX_REMOVED:
        fields.append(_field([f"X-Postern-Removed: more={len(removals) - MAX_REMOVED}"]))
    return b"".join(fields)


def _removed(facts: Facts, one: Removal) -> bytes:
    file = one.files[0]
    lines = [
        f"X-Postern-Removed: action={one.action.word};",
        f"reason={_word(file.reason)};",
        f"rule={_word(one.rule)};",
        f'where="{one.part.where}";',
        f'part="{shown(file.name)}";',
        f'type="{shown(file.type)}";',
        f"size={max(file.size, 0)};",
    ]
    if len(one.files) > 1:
        lines.append(f"files={len(one.files)};")
    return _field([*lines, f"id={_word(facts.id)}"])


def _tag(one: Judgement) -> bytes:
    lines = [
        f"X-Postern-Tag: action={one.action.word};",
        f"reason={_word(one.reason)};",
        f"rule={_word(one.rule)};",
        f'where="{shown(one.where)}"',
    ]
    for key, value in (("part", shown(one.name)), ("found", shown(one.found))):
        if value:
            lines[-1] += ";"
            lines.append(f'{key}="{value}"')
    return _field(lines)


def _field(lines: list[str]) -> bytes:
    return "\r\n\t".join(lines).encode("utf-8", "replace") + b"\r\n"


def _client(peer: Peer) -> str:
    """Say who the client says it is, and in parentheses who it is; a name that cannot be one is left out."""
    literal = _address_literal(peer.ip)
    is_name = _DOMAIN.fullmatch(peer.helo) or _LITERAL.fullmatch(peer.helo)
    name = peer.helo if is_name else literal or "unknown"
    return f"{name} ({literal})" if literal else name


@lru_cache(maxsize=1024)  # clients come again
def _address_literal(address: str) -> str:
    """Write an address as RFC 5321 section 4.1.3 wants it; what is none becomes empty."""
    try:
        ip = ip_address(address)
    except ValueError:
        return ""
    return f"[{'IPv6:' if ip.version == 6 else ''}{ip}]"


@lru_cache(maxsize=4)  # many messages come in one second
def _date(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, UTC))


def _protocol(envelope: Envelope) -> str:
    """Return the `with` word (RFC 3848, RFC 6531 section 4.3)."""
    if not envelope.peer.esmtp:
        return "SMTP"
    word = "LMTP" if envelope.peer.lmtp else "SMTP" if envelope.smtputf8 else "ESMTP"
    return ("UTF8" if envelope.smtputf8 else "") + word + ("S" if envelope.peer.tls else "")


def _tls(peer: Peer) -> str:
    return f" ({re.sub(r'[^A-Za-z0-9 _./+-]', '?', peer.tls[:80])})" if peer.tls else ""


def _only_recipient(envelope: Envelope) -> str:
    """Return the recipient where naming it tells nobody about another one."""
    if len(envelope.recipients) != 1:
        return ""
    mailbox = envelope.recipients[0].address
    writable = mailbox.isascii() or (envelope.smtputf8 and mailbox.isprintable())
    return mailbox if writable and _MAILBOX.fullmatch(mailbox) else ""


def _word(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.:@+-]", "_", text[:64])
