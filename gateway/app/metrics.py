"""The numbers of one worker; the monitor adds the workers up.

Children of labelled counters are looked up once and kept, so that counting a message costs a few
microseconds. Label values come from closed lists or from the policy files, never from a message.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from gateway.model.record import MessageRecord
from gateway.model.reply import CATALOGUE

disable_created_metrics()  # type: ignore[no-untyped-call]

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 90)
_WORDS = frozenset(cause.word for cause in CATALOGUE)
_Child = TypeVar("_Child", Counter, Histogram)

Readings = Mapping[str, tuple[str, Callable[[], float | Mapping[str, int]]]]
"""Name -> what it is, and how to read it now, as one number or as one for each reason; what ends with _total grows."""


class Metrics:
    """Counters and histograms over the messages of this process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._messages = Family(self._counter("messages", "Messages answered.", "action", "reply"))
        self._reasons = Family(self._counter("reasons", "Messages refused or put off, by reason word.", "reason"))
        self._tenants = Family(self._counter("tenant_messages", "Messages by tenant.", "tenant", "action"))
        self._findings = Family(self._counter("findings", "Findings in messages.", "kind"))
        self._scans = Family(self._counter("scans", "Answers of virus scanners.", "outcome", "cached"))
        self._bytes = self._counter("message_bytes", "Bytes of messages.")
        self._unknown = self._counter("unknown_outcomes", "Messages whose final reply was lost at the next hop.")
        self._steps = Family(
            Histogram("postern_step_seconds", "Time by step.", ("step",), buckets=_SECONDS, registry=self.registry)
        )
        self.unwritten = self._counter("unwritten_records", "Message records that could not be written.")

    def read(self, readings: Readings) -> None:
        """Show these too."""
        self.registry.register(_Reader(readings))

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(f"postern_{name}", words, labels, registry=self.registry)

    def count(self, record: MessageRecord) -> None:
        """Count one message."""
        facts, verdict = record.facts, record.verdict
        action = verdict.action.word if verdict else "unjudged"
        self._messages.child(action, f"{record.reply.code // 100}xx").inc()
        self._bytes.inc(facts.size)
        for tenant in record.tenants:
            self._tenants.child(tenant, action).inc()
        for reason in reasons(record):
            self._reasons.child(reason).inc()
        for finding in facts.findings:
            self._findings.child(finding.kind).inc()
        for scan in facts.scans:
            self._scans.child(scan.outcome, "yes" if scan.cached else "no").inc()
        for step, seconds in record.timings.items():
            self._steps.child(step).observe(seconds)
        if record.unknown_outcome:
            self._unknown.inc()

    def exposition(self) -> bytes:
        """Return all numbers in Prometheus' text format."""
        return generate_latest(self.registry)


def reasons(record: MessageRecord) -> tuple[str, ...]:
    """Return the reason words of a refusal or deferral of ours; none for what the next hop said."""
    if record.verdict and record.verdict.stops:
        return tuple(sorted({one.reason for one in record.verdict.deciding if one.reason}))
    word = record.reply.lines[0].partition(":")[0]
    return (word,) if word in _WORDS and not record.reply.is_positive else ()


class Family(Generic[_Child]):
    """A labelled metric with its children at hand."""

    def __init__(self, parent: _Child) -> None:
        self._parent: _Child = parent
        self._children: dict[tuple[str, ...], _Child] = {}

    def child(self, *labels: str) -> _Child:
        """Return the child with these label values."""
        found = self._children.get(labels)
        if found is None:
            found = self._children[labels] = self._parent.labels(*labels)
        return found


class _Reader(Collector):
    """Numbers that are read when they are asked for."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def collect(self) -> Iterable[Metric]:
        for name, (words, read) in self._readings.items():
            make = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
            value = read()
            if not isinstance(value, Mapping):
                yield make(f"postern_{name}", words, value=value)
                continue
            family = make(f"postern_{name}", words, labels=("reason",))
            for reason, number in tuple(value.items()):
                family.add_metric((reason,), number)
            yield family
