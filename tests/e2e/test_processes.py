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
    """After kill -9 of workers in mid-traffic: each 250 arrives once at least, each refusal is temporary."""
    with Gateway.running(f"smtp://{HOST}:{behind.port}", clamd.unix) as gateway:
        outcome = traffic_with_kills(gateway)
    accepted = [token for token, code in outcome.items() if code == 250]
    lost = [token for token in accepted if not inbox.wait_for(token)]

    assert len(accepted) > len(outcome) // 2
    assert lost == []
    assert {code // 100 for code in outcome.values()} <= {0, 2, 4}


def traffic_with_kills(gateway: Gateway) -> dict[str, int]:
    """Send 60 mails on four threads, kill a worker after every fifteenth; return the code of each."""
    outcome: dict[str, int] = {}
    todo = iter([f"kill-{gateway.port}-{number}-end" for number in range(60)])
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                token = next(todo, None)
                if token is None:
                    return
                if len(outcome) % 15 == 14:
                    gateway.kill_a_worker()
            try:
                code = send(gateway.port, plain(token)).code
            except OSError:
                code = 0
            with lock:
                outcome[token] = code

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return outcome
