"""Changed settings and new code under traffic: new workers take over, old ones drain, nobody is reset."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.e2e.mails import fresh_token, plain
from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import Client, send
from tests.services.gateway import Gateway
from tests.services.ports import HOST, free_ports, wait_until, wait_until_listening

MAIL = plain(fresh_token())


@contextmanager
def traffic(gateway: Gateway) -> Iterator[list[int]]:
    """Send mails, each on a connection of its own; -1 for one that was reset or refused instead of answered."""
    answers, is_over = list[int](), threading.Event()

    def work() -> None:
        while not is_over.is_set():
            try:
                answers.append(send(gateway.port, MAIL).code)
            except OSError:
                answers.append(-1)

    senders = [threading.Thread(target=work) for _ in range(4)]
    for sender in senders:
        sender.start()
    try:
        yield answers
    finally:
        is_over.set()
        for sender in senders:
            sender.join()


def test_new_workers_take_over_under_traffic(clamd: Clamd) -> None:
    """A port more and a smaller SIZE hold after SIGHUP, and each mail that got 250 meanwhile arrives once.

    Whoever is between two mails in an old worker hears 421, as at every drain, and may come back at once.
    """
    (extra,) = free_ports(1)
    with Capture() as hop, Gateway.running(f"smtp://{HOST}:{hop.port}", clamd.unix) as gateway:
        with Client(gateway.port) as old, traffic(gateway) as answers:
            old.envelope()
            path = gateway.folder / "postern.toml"
            changed = path.read_text().replace(
                f'["{HOST}:{gateway.port}"]', f'["{HOST}:{gateway.port}", "{HOST}:{extra}"]'
            )
            path.write_text(changed + '[limits]\nsize = "1MiB"\n')
            gateway.process.send_signal(signal.SIGHUP)
            wait_until(lambda: gateway.events("reloaded") != [], gateway.is_alive, 30, "the new cast")
            finished = old.data(MAIL)
            wait_until_listening(extra, gateway.is_alive)
            with Client(extra) as new:
                features = new.features.text
        ready = gateway.is_ready()

    assert (finished.code, ready, "SIZE 1048576" in features) == (250, True, True)
    assert {250} <= set(answers) <= {250, 421, 0}
    assert answers.count(250) + 1 == len(hop.messages)


def test_new_code_takes_over_under_traffic(clamd: Clamd) -> None:
    """SIGUSR2: the same process with fresh workers; a message that began before ends after; nobody is reset."""
    with Capture() as hop, Gateway.running(f"smtp://{HOST}:{hop.port}", clamd.unix) as gateway:
        before = gateway.workers()
        with Client(gateway.port) as old, traffic(gateway) as answers:
            old.envelope()
            for round_ in range(1, 4):
                gateway.process.send_signal(signal.SIGUSR2)
                wait_until(lambda: len(gateway.events("reloaded")) == round_, gateway.is_alive, 60, "the successor")  # noqa: B023
            finished = old.data(MAIL)
            wait_until(lambda: len(gateway.workers()) == len(before), gateway.is_alive, 60, "the end of the old")
        ready, after = gateway.is_ready(), gateway.workers()

    assert (finished.code, ready, set(before) & set(after)) == (250, True, set())
    assert {250} <= set(answers) <= {250, 421, 0}
    assert answers.count(250) + 1 == len(hop.messages)
    assert gateway.process.returncode == 0
