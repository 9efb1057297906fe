"""Processes that are told to end, or are killed, lose no mail."""

import threading

from tests.e2e.mails import plain
from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import Answer, send
from tests.services.gateway import Gateway
from tests.services.ports import HOST, wait_until
from tests.services.postfix import Postfix
from tests.services.scripted_hop import Hold, ScriptedHop


def test_sigterm_finishes_what_is_in_flight(token: str, clamd: Clamd) -> None:
    """A message whose dot was sent gets its reply; new connections are refused; the process ends with 0."""
    hold, said = Hold(), list[Answer]()
    with ScriptedHop({"DOT": hold}) as hop, Gateway.running(f"smtp://{HOST}:{hop.port}", clamd.unix) as gateway:
        sending = threading.Thread(target=lambda: said.append(send(gateway.port, plain(token))))
        sending.start()
        hop.wait_for(token)
        gateway.process.terminate()
        wait_until(lambda: not gateway.listens(), gateway.is_alive, 30, "the end of listening")
        hold.released.set()
        sending.join(60)
        status = gateway.process.wait(60)

    assert [one.code for one in said] == [250]
    assert status == 0


def test_killed_worker_loses_nothing(behind: Postfix, clamd: Clamd, inbox: Capture) -> None:
    """After kill -9 of workers in mid-traffic each mail that a sender keeps trying arrives; none is refused."""
    with Gateway.running(f"smtp://{HOST}:{behind.port}", clamd.unix) as gateway:
        tries = traffic_with_kills(gateway)
        died = len(gateway.events("died"))

    assert died >= KILLS
    assert {codes[-1] for codes in tries.values()} == {250}
    assert {code // 100 for codes in tries.values() for code in codes[:-1]} <= {0, 4}
    assert [token for token in tries if not inbox.wait_for(token)] == []


MAILS, KILLS = 60, 4


def traffic_with_kills(gateway: Gateway) -> dict[str, list[int]]:
    """Send mails on four threads, kill a worker now and then; return the codes that each mail got."""
    tries: dict[str, list[int]] = {f"kill-{gateway.port}-{number}-end": [] for number in range(MAILS)}
    todo = iter(enumerate(tries))
    turn = threading.Lock()

    def work() -> None:
        while True:
            with turn:
                number, token = next(todo, (0, ""))
            if not token:
                return
            if number % (MAILS // KILLS) == MAILS // KILLS - 1:
                gateway.kill_a_worker()
            while tries[token][-1:] != [250]:
                tries[token].append(attempt(gateway, token))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    return tries


def attempt(gateway: Gateway, token: str) -> int:
    """Return the code for a mail; 0 when the connection broke."""
    wait_until(gateway.listens, gateway.is_alive, 30, "a listener")
    try:
        return send(gateway.port, plain(token)).code
    except OSError:
        return 0
