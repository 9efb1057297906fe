"""The one log line of a message."""

from dataclasses import replace
from pathlib import Path

from structlog.testing import capture_logs

from gateway.app.metrics import Metrics
from gateway.app.outcomes import OutcomeLog, read
from gateway.app.records import RecordLog, describe
from gateway.model.authentication import Arc, Authentication, AuthResult, Dkim, Dmarc, Spf
from gateway.model.reply import SCANNER_DOWN
from tests.unit.app.samples import record


def test_one_event_tells_the_whole_decision() -> None:
    """Everything needed to match a 250 with a delivery, and a refusal with its rule."""
    with capture_logs() as lines:
        RecordLog(Metrics(), OutcomeLog(Path("absent"))).write(record())

    assert lines == [
        {
            "event": "message",
            "log_level": "info",
            "id": "id1",
            "queue_id": "",
            "client": "192.0.2.1",
            "helo": "client.example",
            "tls": "TLSv1.3 with cipher X",
            "sender": "<>",
            "recipients": ["c@d.example", "e@d.example"],
            "size": 4000,
            "tenants": ("acme",),
            "spf": "",
            "dkim": [],
            "dmarc": "",
            "arc": "",
            "action": "allow",
            "policy": "acme",
            "policy_version": "v1",
            "judgements": [{"where": "2", "action": "allow", "reason": "", "rule": "rule-1", "found": ""}],
            "reasons": (),
            "artifacts": [
                {
                    "where": "2",
                    "role": "attachment",
                    "names": ["a.pdf"],
                    "declared": "application/pdf",
                    "detected": "application/pdf",
                    "size": 9,
                    "sha256": "ab" * 32,
                }
            ],
            "findings": [{"kind": "duplicate_field", "where": "1", "detail": "subject"}],
            "scans": [
                {
                    "where": "2",
                    "outcome": "clean",
                    "signature": "",
                    "engine": "ClamAV 1.4",
                    "detail": "",
                    "cached": False,
                }
            ],
            "edits": [],
            "reply": "250 2.0.0 queued as 1",
            "next_hop": "smtp://next:25",
            "next_hop_reply": "250 2.0.0 queued as 1",
            "unknown_outcome": False,
            "error": "",
            "ms": {"examine": 12.0, "relay": 30.5},
        }
    ]


def test_message_without_verdict_has_the_same_keys() -> None:
    """Whoever reads the log need not ask first."""
    unjudged = describe(record(judged=False, reply=SCANNER_DOWN.reply()))

    assert list(unjudged) == list(describe(record()))
    assert (unjudged["action"], unjudged["error"], unjudged["reasons"]) == ("unjudged", "no child", ("scanner_down",))


def test_results_of_sender_authentication_are_told() -> None:
    """By method, with the domain they speak of."""
    found = Authentication(
        Spf(AuthResult.PASS, "b.example"),
        (Dkim(AuthResult.FAIL, "b.example", "s", detail="the body was changed"),),
        Dmarc(AuthResult.PASS, "b.example", "reject"),
        Arc(AuthResult.NONE),
    )
    one = record()
    told = describe(replace(one, facts=replace(one.facts, authentication=found)))

    assert told["spf"] == "pass b.example"
    assert told["dkim"] == ["fail b.example the body was changed"]
    assert told["dmarc"] == "pass b.example p=reject"
    assert told["arc"] == "none"


def test_long_names_are_cut() -> None:
    """A header of a megabyte does not become a log line of a megabyte."""
    assert describe(record("x" * 1_000_000))["artifacts"][0]["names"] == ["x" * 200]


def test_fault_in_writing_is_counted_and_not_raised() -> None:
    """The log never changes the reply."""
    metrics = Metrics()
    RecordLog(metrics, OutcomeLog(Path("absent"))).write(replace(record(), timings={"scan": "soon"}))  # type: ignore[dict-item]

    assert b"postern_unwritten_records_total 1.0" in metrics.exposition()


def test_unknown_outcome_has_a_line_that_says_where_to_look(tmp_path: Path) -> None:
    """An admin can find the message at the hop that may have it, and those who may get it twice; now and later."""
    lost = replace(record(), unknown_outcome=True, next_hop_reply=None, error="after the final dot: timeout")
    with capture_logs() as lines:
        RecordLog(Metrics(), OutcomeLog(tmp_path)).write(lost)

    said = lines[1]
    assert (said["event"], said["log_level"], said["id"]) == ("unknown_outcome", "warning", lost.facts.id)
    assert (said["next_hop"], said["error"]) == ("smtp://next:25", "after the final dot: timeout")
    assert said["recipients"] == [one.address for one in lost.facts.envelope.recipients]
    assert [one.id for one in read(tmp_path)] == [lost.facts.id]


def test_unknown_outcome_that_cannot_be_kept_is_counted(tmp_path: Path) -> None:
    """A folder that is gone costs the line in the record, not the reply, and not the line in the log."""
    metrics = Metrics()
    with capture_logs() as lines:
        RecordLog(metrics, OutcomeLog(tmp_path / "gone")).write(replace(record(), unknown_outcome=True))

    assert [line["event"] for line in lines] == ["message", "unknown_outcome"]
    assert b"postern_unwritten_records_total 1.0" in metrics.exposition()
