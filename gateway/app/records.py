"""One log line and one count for each decision; nothing here can change the reply.

Only an unknown outcome waits for the disk: whoever hears 451 then can be found later, whatever fails next.
"""

from typing import Any

import structlog

from gateway.app.metrics import Metrics, reasons
from gateway.app.outcomes import OutcomeLog
from gateway.model.artifact import Artifact
from gateway.model.authentication import Authentication
from gateway.model.facts import Facts
from gateway.model.record import MessageRecord
from gateway.model.verdict import Verdict

log = structlog.get_logger()

_NAME = 200
"""Characters of a name or detail that are logged; the rest of a longer one says nothing more."""


class RecordLog:
    """The MessageLog of a worker."""

    def __init__(self, metrics: Metrics, outcomes: OutcomeLog) -> None:
        self._metrics = metrics
        self._outcomes = outcomes

    def write(self, record: MessageRecord) -> None:
        """Log and count `record`; a fault in doing so is counted, never raised."""
        try:
            self._metrics.count(record)
            log.info("message", **describe(record))
            if record.unknown_outcome:
                log.warning("unknown_outcome", **_whom_to_ask(record))
                self._outcomes.write(record)
        except Exception:  # noqa: BLE001 - the port's promise: it never changes the reply
            self._metrics.miss()


def describe(record: MessageRecord) -> dict[str, Any]:
    """Return the fields of the log line; the same keys for every message."""
    return {
        **_envelope(record.facts),
        "tenants": record.tenants,
        **_authentication(record.facts.authentication),
        **_verdict(record.verdict),
        "reasons": reasons(record),
        "artifacts": [_artifact(one) for one in record.facts.artifacts],
        "findings": [
            {"kind": one.kind, "where": one.where, "detail": one.detail[:_NAME]} for one in record.facts.findings
        ],
        "scans": [
            {
                "where": one.where,
                "outcome": one.outcome,
                "signature": one.signature,
                "engine": one.engine,
                "detail": one.detail,
                "cached": one.cached,
            }
            for one in record.facts.scans
        ],
        "edits": [{"what": one.what, "gone": len(one.span), "put": len(one.data)} for one in record.edits],
        "reply": str(record.reply),
        "next_hop": record.next_hop,
        "next_hop_reply": str(record.next_hop_reply) if record.next_hop_reply else "",
        "unknown_outcome": record.unknown_outcome,
        "error": record.error,
        "ms": {step: round(seconds * 1000, 2) for step, seconds in record.timings.items()},
    }


def _whom_to_ask(record: MessageRecord) -> dict[str, Any]:
    """Return what an admin needs to find a message that may have been delivered, and comes again."""
    envelope = _envelope(record.facts)
    return {
        **{key: envelope[key] for key in ("id", "client", "sender", "recipients", "size")},
        "message_id": record.message_id,
        "next_hop": record.next_hop,
        "error": record.error,
    }


def _envelope(facts: Facts) -> dict[str, Any]:
    peer, sender = facts.envelope.peer, facts.envelope.sender
    return {
        "id": facts.id,
        "queue_id": facts.envelope.queue_id or "",
        "client": peer.ip,
        "helo": peer.helo,
        "tls": peer.tls,
        "sender": f"<{sender.address or ''}>",
        "recipients": [recipient.address for recipient in facts.envelope.recipients],
        "size": facts.size,
    }


def _authentication(found: Authentication | None) -> dict[str, Any]:
    """Return the results by method; empty where nobody asked."""
    if found is None:
        return {"spf": "", "dkim": [], "dmarc": "", "arc": ""}
    return {
        "spf": f"{found.spf.result} {found.spf.domain}".rstrip(),
        "dkim": [f"{one.result} {one.domain} {one.detail}".rstrip() for one in found.dkim],
        "dmarc": f"{found.dmarc.result} {found.dmarc.domain} p={found.dmarc.policy}",
        "arc": f"{found.arc.result} {found.arc.sealer} {found.arc.detail}".rstrip(),
    }


def _verdict(verdict: Verdict | None) -> dict[str, Any]:
    if verdict is None:
        return {"action": "unjudged", "policy": "", "policy_version": "", "judgements": []}
    return {
        "action": verdict.action.word,
        "policy": verdict.policy,
        "policy_version": verdict.policy_version,
        "judgements": [
            {"where": one.where, "action": one.action.word, "reason": one.reason, "rule": one.rule, "found": one.found}
            for one in verdict.judgements
        ],
    }


def _artifact(one: Artifact) -> dict[str, Any]:
    return {
        "where": one.where,
        "role": one.role,
        "names": [name[:_NAME] for name in one.names],
        "declared": one.declared[:_NAME],
        "detected": one.detected,
        "size": one.size,
        "sha256": one.sha256,
    }
