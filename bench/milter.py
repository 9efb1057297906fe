"""What a milter costs: its own CPU and the time of each mail through Postfix, beside others in the same run.

    python -m bench.milter [--quick]

One client sends one mail after the other, each on a connection of its own; so the time is what a sender waits for,
and a stall shows in it. Counted is the CPU of the milter's process tree, clamd's is not. The stand-in for a milter
that does nothing is Postfix alone.
"""

import argparse
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from bench.messages import Mail, pdf_mail, photo_mail, text_mail, video_mail
from bench.milters import Site, available
from bench.sender import send
from bench.subjects import sink
from bench.tree import Peak, cpu_seconds

RECIPIENT = "bob@example.test"
BARS = {"4 KB text": 1.0, "20 MB video": 60.0}
"""Milliseconds of its own that Postern may cost."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement."""

    site: str
    mail: str
    count: int
    own_ms: float
    """CPU of the milter for each mail."""
    mta_ms: float
    """CPU of Postfix for each mail."""
    wall_ms: float
    peak_mib: float


PLANS: tuple[tuple[Callable[[], Mail], int, int], ...] = (
    (text_mail, 600, 100),
    (pdf_mail, 300, 50),
    (photo_mail, 60, 20),
    (video_mail, 10, 4),
)
"""Mail, how many, and how many for a quick look."""


def measure(site: Site, mail: Mail, count: int) -> Figure:
    """Send and count."""
    send(text_mail(), site.mta.port, 20, 4, RECIPIENT)  # everything is started and warm
    site.settle()
    own, postfix = _spent(site.milter), _spent(site.mta.process.pid)
    peak = Peak(site.milter) if site.milter else None
    with ExitStack() as stack:
        if peak:
            stack.enter_context(peak)
        started = time.monotonic()
        send(mail, site.mta.port, count, 1, RECIPIENT)
        passed = time.monotonic() - started
        site.settle()
    of_its_own = 1000 * (_spent(site.milter) - own) / count
    of_postfix = 1000 * (_spent(site.mta.process.pid) - postfix) / count
    most = peak.mib if peak else 0.0
    return Figure(site.name, mail.name, count, of_its_own, of_postfix, 1000 * passed / count, most)


def _spent(pid: int) -> float:
    return cpu_seconds(pid) if pid else 0.0


def table(figures: list[Figure]) -> Table:
    """Put the sites of each mail below each other."""
    shown = Table(title="Milters behind Postfix, for each mail, one at a time (ms; MiB)")
    for title in ("mail", "milter", "its CPU", "Postfix CPU", "time", "more than alone", "peak", "bar"):
        shown.add_column(title, justify="left" if title in {"mail", "milter"} else "right")
    for one in figures:
        alone = next(other.wall_ms for other in figures if other.mail == one.mail and other.site == "none")
        bar = BARS.get(one.mail) if one.site.startswith("Postern") else None
        verdict = "" if bar is None else f"{'met' if one.own_ms <= bar else 'missed'} ({bar:g})"
        cells = (f"{one.own_ms:.2f}", f"{one.mta_ms:.2f}", f"{one.wall_ms:.1f}", f"{one.wall_ms - alone:+.1f}")
        shown.add_row(one.mail, one.site, *cells, f"{one.peak_mib:.0f}", verdict)
    return shown


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few messages; for a look, not for a claim")
    options = parser.parse_args()
    figures = []
    mails = [(make(), quick if options.quick else count) for make, count, quick in PLANS]
    with sink() as target:
        for make in available():
            with make(target) as site:
                for mail, count in mails:
                    figures.append(measure(site, mail, count))
                    Console(stderr=True).print(figures[-1])
    order = {mail.name: number for number, (mail, _) in enumerate(mails)}
    Console(width=140).print(table(sorted(figures, key=lambda one: order[one.mail])))


if __name__ == "__main__":
    main()
