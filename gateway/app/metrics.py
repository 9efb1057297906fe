"""The numbers of one worker; the monitor adds the workers up.

Counting is adding to plain numbers, because it happens some fifteen times for each message; they become metrics when
somebody asks. Label values come from closed lists or from the policy files, never from a message.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate

from prometheus_client import CollectorRegistry, disable_created_metrics, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from gateway.model.record import MessageRecord
from gateway.model.reply import CATALOGUE

disable_created_metrics()  # type: ignore[no-untyped-call]

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 90)
_WORDS = frozenset(cause.word for cause in CATALOGUE)

Readings = Mapping[str, tuple[str, Callable[[], float | Mapping[str, int]]]]
"""Name -> what it is, and how to read it now, as one number or as one for each reason; what ends with _total grows."""


class Metrics:
    """Counters and histograms over the messages of this process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._messages = self._tally("messages", "Messages answered.", "action", "reply")
        self._reasons = self._tally("reasons", "Messages refused or put off, by reason word.", "reason")
        self._tenants = self._tally("tenant_messages", "Messages by tenant.", "tenant", "action")
        self._findings = self._tally("findings", "Findings in messages.", "kind")
        self._scans = self._tally("scans", "Answers of virus scanners.", "outcome", "cached")
        self._bytes = self._tally("message_bytes", "Bytes of messages.")
        self._unknown = self._tally("unknown_outcomes", "Messages whose final reply was lost at the next hop.")
        self._steps = Times("postern_step_seconds", "Time by step.", "step")
        self.registry.register(self._steps)
        self._unwritten = self._tally("unwritten_records", "Message records that could not be written.")

    def read(self, readings: Readings) -> None:
        """Show these too."""
        self.registry.register(_Reader(readings))

    def _tally(self, name: str, words: str, *labels: str) -> "Tally":
        tally = Tally(f"postern_{name}", words, labels)
        self.registry.register(tally)
        return tally

    def count(self, record: MessageRecord) -> None:
        """Count one message."""
        facts, verdict = record.facts, record.verdict
        action = verdict.action.word if verdict else "unjudged"
        self._messages.add(action, f"{record.reply.code // 100}xx")
        self._bytes.add(by=facts.size)
        for tenant in record.tenants:
            self._tenants.add(tenant, action)
        for reason in reasons(record):
            self._reasons.add(reason)
        for finding in facts.findings:
            self._findings.add(finding.kind)
        for scan in facts.scans:
            self._scans.add(scan.outcome, "yes" if scan.cached else "no")
        for step, seconds in record.timings.items():
            self._steps.add(step, seconds)
        if record.unknown_outcome:
            self._unknown.add()

    def miss(self) -> None:
        """Count a record that could not be written."""
        self._unwritten.add()

    def exposition(self) -> bytes:
        """Return all numbers in Prometheus' text format."""
        return generate_latest(self.registry)


def reasons(record: MessageRecord) -> tuple[str, ...]:
    """Return the reason words of a refusal or deferral of ours; none for what the next hop said."""
    if record.verdict and record.verdict.stops:
        return tuple(sorted({one.reason for one in record.verdict.deciding if one.reason}))
    word = record.reply.lines[0].partition(":")[0]
    return (word,) if word in _WORDS and not record.reply.is_positive else ()


class Tally(Collector):
    """A counter for each combination of label values that came up; one that has no labels begins at 0."""

    def __init__(self, name: str, words: str, labels: tuple[str, ...]) -> None:
        self._name, self._words, self._labels = name, words, labels
        self._numbers = Counter[tuple[str, ...]]({} if labels else {(): 0})

    def add(self, *values: str, by: int = 1) -> None:
        """Count something with these label values."""
        self._numbers[values] += by

    def collect(self) -> Iterable[Metric]:
        """Yield the counter."""
        family = CounterMetricFamily(self._name, self._words, labels=self._labels)
        for values, number in self._numbers.items():
            family.add_metric(values, number)
        yield family


class Times(Collector):
    """A histogram of seconds for each value of one label."""

    def __init__(self, name: str, words: str, label: str) -> None:
        self._name, self._words, self._label = name, words, label
        self._counts: dict[str, list[int]] = {}
        self._sums: dict[str, float] = {}

    def add(self, value: str, seconds: float) -> None:
        """Count one duration."""
        counts = self._counts.get(value)
        if counts is None:
            counts = self._counts[value] = [0] * (len(_SECONDS) + 1)
            self._sums[value] = 0.0
        counts[bisect_left(_SECONDS, seconds)] += 1
        self._sums[value] += seconds

    def collect(self) -> Iterable[Metric]:
        """Yield the histogram."""
        family = HistogramMetricFamily(self._name, self._words, labels=(self._label,))
        for value, counts in self._counts.items():
            bounds = [*map(str, map(float, _SECONDS)), "+Inf"]
            family.add_metric((value,), [*zip(bounds, accumulate(counts), strict=True)], self._sums[value])
        yield family


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
