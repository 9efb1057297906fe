"""What is counted of a message."""

from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.app.metrics import Metrics, reasons
from gateway.model.reply import SCANNER_DOWN, Reply
from tests.unit.app.samples import record


def samples(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """Return name and label values, the labels in the order of their names -> value."""
    families = text_string_to_metric_families(metrics.exposition().decode())
    return {
        (one.name, *(value for _, value in sorted(one.labels.items()))): one.value
        for family in families
        for one in family.samples
    }


def test_message_is_counted_by_action_reply_tenant_and_step() -> None:
    """Two messages, one of them refused."""
    metrics = Metrics()
    metrics.count(record())
    metrics.count(record(infected=True))
    found = samples(metrics)

    assert found["postern_messages_total", "allow", "2xx"] == 1
    assert found["postern_messages_total", "reject", "5xx"] == 1
    assert found["postern_tenant_messages_total", "reject", "acme"] == 1
    assert found["postern_reasons_total", "malware"] == 1
    assert found["postern_findings_total", "duplicate_field"] == 2
    assert found["postern_scans_total", "no", "infected"] == 1
    assert found["postern_message_bytes_total",] == 8000
    assert found["postern_step_seconds_count", "relay"] == 2


def test_unknown_outcome_is_counted() -> None:
    """The one number that tells how many duplicates there may be."""
    metrics = Metrics()
    metrics.count(replace(record(), unknown_outcome=True))

    assert samples(metrics)["postern_unknown_outcomes_total",] == 1


def test_gauges_are_read_when_asked() -> None:
    """Never an old value."""
    value = 1.0
    metrics = Metrics()
    metrics.read({"connections": ("Connections now.", lambda: value)})
    before = samples(metrics)["postern_connections",]
    value = 5.0

    assert (before, samples(metrics)["postern_connections",]) == (1.0, 5.0)


def test_numbers_by_reason_are_read_when_asked() -> None:
    """A reason that comes up later has its number too."""
    refusals: dict[str, int] = {}
    metrics = Metrics()
    metrics.read({"refusals_total": ("Refusals.", lambda: refusals)})
    before = samples(metrics)
    refusals["busy"] = 2

    assert [key for key in before if key[0] == "postern_refusals_total"] == []
    assert samples(metrics)["postern_refusals_total", "busy"] == 2


@pytest.mark.parametrize(
    ("reply", "expected"),
    [(SCANNER_DOWN.reply("id=1"), ("scanner_down",)), (Reply(550, "1.1", ("internal matters: no",)), ())],
)
def test_only_our_own_reason_words_are_counted(reply: Reply, expected: tuple[str, ...]) -> None:
    """What a next hop writes never becomes a label."""
    assert reasons(record(judged=False, reply=reply)) == expected
