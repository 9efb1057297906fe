"""Run a soak and say in one line what became of every message.

    python -m bench.soak [--seconds 300] [--seed N]

Exit 1 when a recipient for whom 250 was said never got the message (lost), one got what he must not, or not as it
was sent, or honest mail was refused (wrong), or a client waited beyond its patience (hung). Duplicates are told, not
counted against: after a cut-off answer nobody can know better.
"""

import argparse
import asyncio
import hashlib
import secrets
import sys
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench.soak import mails
from bench.soak.faults import Faults, NextHop
from bench.soak.mails import UNKNOWN, Soaked
from bench.soak.sender import Ledger, dawdle, send
from bench.tree import Peak
from tests.services.clamd import running_clamd
from tests.services.gateway import Gateway
from tests.services.ports import HOST, free_ports

SENDERS, DAWDLERS = 8, 4
CALM = 90.0
"""Seconds after the last fault in which everything still under way must end."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The count."""

    sent: int
    accepted: int
    refused: int
    open: int
    """Honest mail without a definite answer when the time was up."""
    delivered: int
    lost: int
    duplicated: int
    wrong: int
    hung: int

    @property
    def is_good(self) -> bool:
        """Tell whether everything held that must hold."""
        return not (self.lost or self.wrong or self.hung or self.open)


def count(ledger: Ledger, notes: str) -> Outcome:
    """Hold what clients were told, of each recipient, against what arrived, whole and for whom."""
    arrived: Counter[tuple[str, str]] = Counter()
    wrong: set[str] = set()
    for line in notes.splitlines():
        token, digest, *recipients = line.split(" ")
        mail = ledger.sent.get(token)
        arrived.update((token, recipient) for recipient in recipients)
        if not (mail and mail.is_honest and _is_right(mail, digest, set(recipients))):
            wrong.add(token)
    nobody_known = {token for token, mail in ledger.sent.items() if set(mail.recipients) == {UNKNOWN}}
    wrong |= {token for token in ledger.refused - nobody_known if ledger.sent[token].is_honest}
    wrong |= {token for token in ledger.accepted if not ledger.sent[token].is_honest}
    promised = {(token, one) for token, recipients in ledger.accepted.items() for one in recipients}
    answered = ledger.accepted.keys() | ledger.refused
    return Outcome(
        sent=len(ledger.sent),
        accepted=len(ledger.accepted),
        refused=len(ledger.refused),
        open=len(ledger.sent.keys() - answered),
        delivered=len({token for token, _ in arrived}),
        lost=len(promised - arrived.keys()),
        duplicated=sum(times - 1 for times in arrived.values()),
        wrong=len(wrong),
        hung=ledger.hung,
    )


def _is_right(mail: Soaked, digest: str, recipients: set[str]) -> bool:
    return hashlib.sha256(mail.raw).hexdigest() == digest and recipients <= set(mail.recipients) - {UNKNOWN}


async def _traffic(port: int, ledger: Ledger, chance: Random, is_over: asyncio.Event, give_up: asyncio.Event) -> None:
    while not is_over.is_set():
        await send(mails.one(chance), port, ledger, give_up, chance)


async def _soak(port: int, faults: Faults, seconds: float, chance: Random) -> Ledger:
    ledger, is_over, give_up = Ledger(), asyncio.Event(), asyncio.Event()
    senders = [asyncio.create_task(_traffic(port, ledger, chance, is_over, give_up)) for _ in range(SENDERS)]
    senders += [asyncio.create_task(dawdle(port, is_over, chance)) for _ in range(DAWDLERS)]
    breaking = asyncio.create_task(faults.run())
    await asyncio.sleep(seconds)
    breaking.cancel()
    with suppress(asyncio.CancelledError):
        await breaking
    is_over.set()
    await asyncio.wait(senders, timeout=CALM)
    give_up.set()
    await asyncio.gather(*senders)
    return ledger


def main() -> None:
    """Run, count, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 32), help="of faults and mails")
    options = parser.parse_args()
    chance = Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, running_clamd() as clamd:
        (port,) = free_ports(1)
        notes = Path(folder) / "notes"
        hop = NextHop(port, notes)
        try:
            with (
                Gateway.running(f"smtp://{HOST}:{port}", clamd.unix) as gateway,
                Peak(gateway.process.pid, every=0.5) as peak,
            ):
                faults = Faults(gateway, clamd, hop, chance)
                ledger = asyncio.run(_soak(gateway.port, faults, options.seconds, chance))
                unknown = len(gateway.outcomes("--json").splitlines())
            outcome = count(ledger, notes.read_text())
        finally:
            hop.stop()
    broken = ", ".join(f"{times} {name}" for name, times in sorted(faults.count.items()))
    print(
        f"seed {options.seed}; faults: {broken}; put off {ledger.put_off}, cut off {ledger.cut_off}, "
        f"abandoned {ledger.abandoned}; unknown outcomes on record {unknown}"
    )
    print(
        f"sent {outcome.sent}, accepted {outcome.accepted}, refused {outcome.refused}, open {outcome.open}, "
        f"delivered {outcome.delivered}, lost {outcome.lost}, duplicated {outcome.duplicated}, "
        f"wrongly delivered {outcome.wrong}, hung {outcome.hung}, peak memory {peak.mib:.0f} MiB"
    )
    sys.exit(0 if outcome.is_good else 1)


if __name__ == "__main__":
    main()
