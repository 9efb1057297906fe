"""A clamd that loads, freezes, lies or is away: mail is slower or put off, never passed unseen."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.mails import plain, with_file, with_pdf
from tests.services.capture import Capture
from tests.services.clamd import EICAR, Clamd, running_clamd
from tests.services.client import send
from tests.services.gateway import Gateway
from tests.services.lying_clamd import LyingClamd
from tests.services.ports import HOST, wait_until

SIGNATURES = 300_000
"""Enough for a load of some seconds."""
QUICK = '\n[limits]\ndeadline = "3s"\n'


@pytest.fixture
def own_clamd() -> Iterator[Clamd]:
    """Run a clamd that the test may break."""
    with running_clamd() as one:
        yield one


def virus(token: str) -> bytes:
    """Return a mail that must never pass."""
    return with_file(token, EICAR, "application/pdf", "invoice.pdf")


def test_reload_of_signatures_under_traffic_passes_nothing_unseen(token: str, own_clamd: Clamd) -> None:
    """While clamd pauses, clean mail waits or is put off, and a virus never passes; afterwards all is as before."""
    lines = (f"{number:032x}:{number + 1}:Postern.Test.Filling-{number}\n" for number in range(SIGNATURES))
    (own_clamd.signatures / "filling.hdb").write_text("".join(lines))
    clean, infected = list[int](), list[int]()
    with Capture() as hop, Gateway.running(f"smtp://{HOST}:{hop.port}", own_clamd.unix) as gateway:

        def traffic(number: int) -> None:
            mails = 0
            while not own_clamd.loads():
                mails += 1
                clean.append(send(gateway.port, with_pdf(f"clean-{number}-{mails}-{token}")).code)
                infected.append(send(gateway.port, virus(f"virus-{number}-{mails}-{token}")).code)

        senders = [threading.Thread(target=traffic, args=(number,)) for number in range(4)]
        own_clamd.reload()
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join(120)
        after = send(gateway.port, with_pdf(f"after-{token}")), send(gateway.port, virus(f"virus-after-{token}"))

    assert own_clamd.loads() == 1
    assert set(clean) <= {250, 451}
    assert set(infected) <= {554, 451}
    assert [one.code for one in after] == [250, 554]
    assert len(hop.containing("virus-")) == 0
    assert len(hop.containing("clean-")) == clean.count(250)


def test_frozen_clamd_is_451_in_time_and_thaws(token: str, own_clamd: Clamd) -> None:
    """Its socket takes connections and nobody answers: the deadline ends the wait; when it goes on, mail does."""
    with Capture() as hop, Gateway.running(f"smtp://{HOST}:{hop.port}", own_clamd.unix, more=QUICK) as gateway:
        os.kill(own_clamd.pid, signal.SIGSTOP)
        frozen = [send(gateway.port, plain(f"frozen-{number}-{token}")) for number in range(2)]
        os.kill(own_clamd.pid, signal.SIGCONT)
        thawed = send(gateway.port, plain(f"thawed-{token}"))

    assert {str(one).partition(":")[0] for one in frozen} == {"451 4.3.0 scanner_down"}
    assert thawed.code == 250
    assert [len(hop.containing(word)) for word in ("frozen-", "thawed-")] == [0, 1]


@pytest.mark.parametrize("lie", [b"fd[1]: Eicar FOUND OK\0", b"fd[1]: Size limit reached ERROR\0", b"OK\0", b""])
def test_of_two_scanners_the_one_that_lies_is_not_believed(
    lie: bytes, token: str, clamd: Clamd, tmp_path: Path
) -> None:
    """The honest one is asked at once: a virus is found, clean mail passes."""
    with LyingClamd(tmp_path / "s", lie) as liar, Capture() as hop:
        both = f'{liar.address}", "{clamd.unix}'
        with Gateway.running(f"smtp://{HOST}:{hop.port}", both) as gateway:
            said = send(gateway.port, with_pdf(token)), send(gateway.port, virus(token))

    assert [one.code for one in said] == [250, 554]
    assert len(hop.messages) == 1


def test_of_two_scanners_the_second_takes_over_while_mail_flows(token: str, clamd: Clamd, own_clamd: Clamd) -> None:
    """The first is killed and comes back; no mail is put off meanwhile."""
    both = f'{own_clamd.unix}", "{clamd.unix}'
    with Capture() as hop, Gateway.running(f"smtp://{HOST}:{hop.port}", both) as gateway:
        codes = [send(gateway.port, with_pdf(f"first-{token}")).code]
        own_clamd.stop()
        codes += [send(gateway.port, with_pdf(f"{number}-{token}")).code for number in range(5)]
        own_clamd.start()
        codes += [send(gateway.port, with_pdf(f"last-{token}")).code, send(gateway.port, virus(token)).code]
        wait_until(gateway.is_ready, gateway.is_alive, 30, "readiness")

    assert codes == [250] * 7 + [554]
