"""CPU per message of others that look into mail, beside a plain Postfix and the gateway, in one run.

    python -m bench.references [--quick]

Counted is the process tree of each, with the Postfix that a milter needs in front; sender, sink and clamd are not.
A program that is missing is named in the table, with where to get it.
"""

import argparse
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from bench import milters, subjects
from bench.messages import Mail
from bench.references import amavis, haraka, script
from bench.run import PLANS, RECIPIENT
from bench.sender import send
from bench.tree import cpu_seconds

CONCURRENCY = 8
WARM_UP = 50
"""Mails before the measure: every process is started, and what compiles itself has compiled."""


@dataclass(frozen=True, slots=True)
class Running:
    """Something that takes mail on a port."""

    roots: tuple[int, ...]
    port: int
    settle: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Reference:
    """A line of the table."""

    name: str
    run: Callable[[int], AbstractContextManager[Running]]
    missing: str = ""
    """What would have to be installed; empty where it is here."""


def _relay(
    run: Callable[[int], AbstractContextManager[subjects.Subject]],
) -> Callable[[int], AbstractContextManager[Running]]:
    @contextmanager
    def running(target: int) -> Iterator[Running]:
        with run(target) as one:
            yield Running((one.pid,), one.port, one.settle)

    return running


def _behind_postfix(
    run: Callable[[int], AbstractContextManager[milters.Site]],
) -> Callable[[int], AbstractContextManager[Running]]:
    @contextmanager
    def running(target: int) -> Iterator[Running]:
        with run(target) as site:
            yield Running((site.mta.process.pid, site.milter), site.mta.port, site.settle)

    return running


def references() -> list[Reference]:
    """Return everything that can be put beside the gateway."""
    return [
        Reference("Postfix alone", _relay(subjects.postfix)),
        Reference("Postern", _relay(subjects.gateway)),
        Reference("the obvious script", _relay(script.subject)),
        Reference("amavisd-new", _relay(amavis.subject), "" if amavis.program() else amavis.NEEDS),
        Reference("Haraka", _relay(haraka.subject), "" if haraka.program() else haraka.NEEDS),
        Reference("clamav-milter, Postfix", _behind_postfix(milters.clamav_milter), _package("clamav-milter")),
        Reference("rspamd, Postfix", _behind_postfix(milters.rspamd), _package("rspamd")),
    ]


def _package(name: str) -> str:
    return "" if shutil.which(name) else f"Debian's {name}"


def measure(one: Reference, target: int, mails: list[tuple[Mail, int]]) -> list[float]:
    """Return CPU milliseconds per message for each of `mails` and its number."""
    found = []
    with one.run(target) as running:
        for mail, count in mails:
            send(mail, running.port, min(count, WARM_UP), CONCURRENCY, RECIPIENT)
            running.settle()
            before = _spent(running)
            send(mail, running.port, count, CONCURRENCY, RECIPIENT)
            running.settle()
            found.append(1000 * (_spent(running) - before) / count)
    return found


def _spent(running: Running) -> float:
    return sum(map(cpu_seconds, running.roots))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few messages; for a look, not for a claim")
    is_quick = parser.parse_args().quick
    mails = [(plan.make(), plan.quick if is_quick else plan.count) for plan in PLANS]
    table = Table("", *(mail.name for mail, _ in mails), title=f"CPU per message (ms), {CONCURRENCY} at once")
    with subjects.sink() as target:
        for one in references():
            if one.missing:
                table.add_row(one.name, f"not installed: {one.missing}")
                continue
            Console(stderr=True).print(one.name)
            table.add_row(one.name, *(f"{ms:.1f}" for ms in measure(one, target, mails)))
    Console().print(table)


if __name__ == "__main__":
    main()
