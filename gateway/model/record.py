"""The record of one decision: what the log line says and what a replay reads."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.model.facts import Facts
from gateway.model.plan import Edit
from gateway.model.reply import Reply
from gateway.model.verdict import Verdict


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """Everything that is kept of one message after its reply is known."""

    facts: Facts
    tenants: tuple[str, ...]
    verdict: Verdict | None
    """None when the message was never judged (something of ours failed first)."""
    reply: Reply
    """What the client gets."""
    next_hop: str
    """The hop that was spoken to; empty if none was."""
    next_hop_reply: Reply | None
    """What the next hop said to the message itself; None when it was not asked or did not answer."""
    unknown_outcome: bool
    """The final dot was sent and no answer came: the message may have been delivered."""
    timings: Mapping[str, float]
    """Seconds by step."""
    error: str = ""
    """Reason of a failure of ours, for the log."""
    message_id: str = ""
    """The sender's name of the message, where the outcome is unknown."""
    edits: tuple[Edit, ...] = ()
    """What was done to the message beyond the fields that every message gets."""
