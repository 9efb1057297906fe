"""How many mails a second the gateway takes, and how long one takes, at 1, 8, 50 and 500 connections at once.

    python -m bench.latency [--quick]

4 KB of text, each mail on a connection of its own over loopback, through the gateway with its checks and a real clamd
to smtp-sink. A mail's time goes from connecting to the goodbye. Everything shares the machine with the sender, so the
gateway alone is faster: the figures are for comparing versions, and connections with each other.
"""

import argparse
import os
import platform
import statistics
import time
from contextlib import ExitStack
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from bench.messages import text_mail
from bench.run import RECIPIENT
from bench.sender import send
from bench.subjects import gateway, sink

CONNECTIONS = (1, 8, 50, 500)
MAILS, QUICK = 5_000, 1_000
ROOM = "\n[limits]\nper_client = 1000\n"
"""All connections come from one address here."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement; times in milliseconds."""

    connections: int
    per_second: float
    median: float
    p99: float
    longest: float
    put_off: int


def measure(port: int, connections: int, count: int) -> Figure:
    """Send and take the time."""
    mail = text_mail()
    send(mail, port, 2 * connections, connections, RECIPIENT)  # everything is started and warm
    began = time.monotonic()
    sent = send(mail, port, count, connections, RECIPIENT)
    passed = time.monotonic() - began
    took = sorted(1000 * one for one in sent.seconds)
    p99 = statistics.quantiles(took, n=100, method="inclusive")[98]
    return Figure(connections, count / passed, statistics.median(took), p99, took[-1], sent.put_off)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few messages; for a look, not for a claim")
    count = QUICK if parser.parse_args().quick else MAILS
    machine = f"{os.cpu_count()} CPUs, Linux {platform.release()}, Python {platform.python_version()}"
    shown = Table(title=f"4 KB text, {count} mails each; {time.strftime('%Y-%m-%d')}, {machine}")
    for title in ("connections", "mails/s", "median ms", "p99 ms", "longest ms", "put off"):
        shown.add_column(title, justify="right")
    with ExitStack() as stack:
        subject = stack.enter_context(gateway(stack.enter_context(sink()), ROOM))
        for connections in CONNECTIONS:
            one = measure(subject.port, connections, count)
            times = [f"{value:.1f}" for value in (one.median, one.p99, one.longest)]
            shown.add_row(str(connections), f"{one.per_second:.0f}", *times, str(one.put_off or ""))
    Console().print(shown)


if __name__ == "__main__":
    main()
