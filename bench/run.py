"""CPU per message and peak memory of the gateway, beside a plain Postfix relay in the same run.

    python -m bench.run [--quick] [--save NAME]

Both take the same mails on loopback and hand them to Postfix's own smtp-sink. Counted is the whole process
tree of each; sender, sink and clamd are not. Postfix judges nothing and has fsync to pay for; the gateway
judges everything and keeps no queue. The ratio is gateway / Postfix.
"""

import argparse
import json
import platform
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.messages import Mail, pdf_mail, photo_mail, text_mail, video_mail
from bench.sender import send
from bench.subjects import Subject, gateway, postfix, sink
from bench.tree import Peak, cpu_seconds

RECIPIENT = "bob@example.test"
CONCURRENCY = (1, 8, 50)
RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Plan:
    """A mail, and how many copies make a measurement."""

    make: Callable[[], Mail]
    count: int
    quick: int


PLANS = (Plan(text_mail, 600, 200), Plan(pdf_mail, 300, 100), Plan(photo_mail, 100, 50), Plan(video_mail, 10, 4))


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement."""

    subject: str
    mail: str
    concurrency: int
    count: int
    cpu_ms: float
    """Per message."""
    peak_mib: float
    seconds: float
    put_off: int
    """Answers 4xx; the mail was sent again."""


def measure(subject: Subject, mail: Mail, concurrency: int, count: int) -> Figure:
    """Send and count."""
    send(text_mail(), subject.port, 2 * concurrency, concurrency, RECIPIENT)  # everything is started and warm
    subject.settle()
    before, started = cpu_seconds(subject.pid), time.monotonic()
    with Peak(subject.pid) as peak:
        put_off = send(mail, subject.port, count, concurrency, RECIPIENT).put_off
        subject.settle()
    spent, passed = cpu_seconds(subject.pid) - before, time.monotonic() - started
    return Figure(subject.name, mail.name, concurrency, count, 1000 * spent / count, peak.mib, passed, put_off)


def measure_all(*, is_quick: bool, only: str | None) -> list[Figure]:
    """Run every plan on every subject."""
    figures = []
    with ExitStack() as stack:
        target = stack.enter_context(sink())
        makers = [make for make in (postfix, gateway) if only in (None, make.__name__)]
        subjects = [stack.enter_context(make(target)) for make in makers]
        for plan in PLANS:
            mail = plan.make()
            for concurrency in CONCURRENCY:
                # 50 x 20 MB at once is the memory bar, so the last one always has a full wave.
                count = max(plan.quick if is_quick else plan.count, concurrency)
                for subject in subjects:
                    figures.append(measure(subject, mail, concurrency, count))
                    Console(stderr=True).print(figures[-1])
    return figures


def table(figures: list[Figure]) -> Table:
    """Put the two subjects side by side."""
    shown = Table(title="CPU per message (ms), peak memory (MiB, PSS of the tree)")
    shown.add_column("mail", no_wrap=True)
    for title in ("at once", "Postfix\nCPU", "Postern\nCPU", "ratio", "Postfix\npeak", "Postern\npeak", "put\noff"):
        shown.add_column(title, justify="right")
    cases = {(one.mail, one.concurrency): dict[str, Figure]() for one in figures}
    for one in figures:
        cases[one.mail, one.concurrency][one.subject] = one
    for (mail, concurrency), by_subject in cases.items():
        plain, ours = by_subject.get("postfix"), by_subject.get("gateway")
        ratio = f"{ours.cpu_ms / plain.cpu_ms:.2f}" if plain and ours and plain.cpu_ms else "-"
        cells = [f"{one.cpu_ms:.2f}" if one else "-" for one in (plain, ours)]
        peaks = [f"{one.peak_mib:.0f}" if one else "-" for one in (plain, ours)]
        put_off = ours.put_off if ours else 0
        shown.add_row(mail, str(concurrency), *cells, ratio, *peaks, str(put_off or ""))
    return shown


def main() -> None:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few messages; for a look, not for a claim")
    parser.add_argument("--only", choices=["postfix", "gateway"], help="measure one subject alone")
    parser.add_argument("--save", metavar="NAME", help="write bench/results/NAME.json")
    options = parser.parse_args()
    figures = measure_all(is_quick=options.quick, only=options.only)
    Console().print(table(figures))
    if options.save:
        RESULTS.mkdir(exist_ok=True)
        machine = {"python": platform.python_version(), "kernel": platform.release(), "machine": platform.machine()}
        text = json.dumps({"machine": machine, "figures": [asdict(one) for one in figures]}, indent=1)
        (RESULTS / f"{options.save}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
