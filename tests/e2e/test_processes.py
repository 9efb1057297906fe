"""Processes that are told to end, or are killed, lose no mail."""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.tree import members
from tests.e2e.mails import plain
from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import Answer, Client, send
from tests.services.gateway import Gateway, children_of
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


def test_drain_says_421_to_the_idle_and_answers_who_is_in_data(token: str, clamd: Clamd) -> None:
    """Nobody is cut off without a reply, and /readyz says no until the last message has its own."""
    hold, said = Hold(), list[Answer]()
    short = '\n[limits]\ndrain = "8s"\n'
    with (
        ScriptedHop({"DOT": hold}) as hop,
        Gateway.running(f"smtp://{HOST}:{hop.port}", clamd.unix, more=short) as gateway,
        Client(gateway.port) as idle,
        Client(gateway.port) as writing,
    ):
        writing.envelope()
        writing.command("DATA")
        writing.say(b"Subject: half\r\n\r\n")
        sending = threading.Thread(target=lambda: said.append(send(gateway.port, plain(token))))
        sending.start()
        hop.wait_for(token)
        gateway.process.terminate()
        idle_heard = idle.answer()
        wait_until(lambda: "takes no more mail" in gateway.get("/readyz")[1], gateway.is_alive, 8, "the drain")
        draining = gateway.get("/readyz")
        hold.released.set()
        sending.join(60)
        cut_heard = writing.answer()
        status = gateway.process.wait(60)

    assert str(idle_heard).startswith("421 4.3.2 shutting_down:")
    assert draining[0] == 503
    assert "takes no more mail" in draining[1]
    assert [one.code for one in said] == [250]
    assert str(cut_heard).startswith("421 4.3.2 shutting_down:")
    assert (status, len(hop.messages)) == (0, 1)


def workers(gateway: Gateway) -> list[int]:
    """Choose the workers."""
    return gateway.workers()


def nurseries(gateway: Gateway) -> list[int]:
    """Choose what examining children are forked from."""
    return [nursery for worker in gateway.workers() for nursery in children_of(worker)]


def examiners(gateway: Gateway) -> list[int]:
    """Choose the children that take messages apart."""
    return [child for nursery in nurseries(gateway) for child in children_of(nursery)]


def others(gateway: Gateway) -> list[int]:
    """Choose what the supervisor has besides workers: the monitor above all."""
    return [pid for pid in children_of(gateway.process.pid) if pid not in gateway.workers()]


@pytest.mark.parametrize("chosen", [workers, nurseries, examiners, others])
def test_killed_process_loses_nothing(
    chosen: Callable[[Gateway], list[int]], behind: Postfix, clamd: Clamd, inbox: Capture
) -> None:
    """After kill -9 in mid-traffic each mail that is tried again arrives, none is refused, and all is whole again."""
    with Gateway.running(f"smtp://{HOST}:{behind.port}", clamd.unix) as gateway:
        tries = traffic_with_kills(gateway, chosen)
        wait_until(gateway.is_ready, gateway.is_alive, 30, "readiness")

    assert {codes[-1] for codes in tries.values()} == {250}
    assert {code // 100 for codes in tries.values() for code in codes[:-1]} <= {0, 4}
    assert [token for token in tries if not inbox.wait_for(token)] == []


def test_killed_supervisor_leaves_nobody_behind(token: str, clamd: Clamd) -> None:
    """The kernel tells the workers, which drain: the message under way gets its answer, then the port is free."""
    hold, said = Hold(), list[Answer]()
    with ScriptedHop({"DOT": hold}) as hop, Gateway.running(f"smtp://{HOST}:{hop.port}", clamd.unix) as gateway:
        family = members(gateway.process.pid)
        sending = threading.Thread(target=lambda: said.append(send(gateway.port, plain(token))))
        sending.start()
        hop.wait_for(token)
        gateway.process.kill()
        wait_until(lambda: not gateway.listens(), lambda: True, 30, "the end of listening")
        hold.released.set()
        sending.join(60)
        wait_until(lambda: not living(family), lambda: True, 60, "the end of all")

    assert [one.code for one in said] == [250]


def living(pids: list[int]) -> list[int]:
    """Return those that run; one that is dead and not yet waited for does not."""
    return [pid for pid in pids if Path(f"/proc/{pid}/exe").exists()]


MAILS, KILLS = 60, 4


def traffic_with_kills(gateway: Gateway, chosen: Callable[[Gateway], list[int]]) -> dict[str, list[int]]:
    """Send mails on four threads, kill one of `chosen` now and then; return the codes that each mail got."""
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
                wait_until(lambda: chosen(gateway) != [], gateway.is_alive, 30, "somebody to kill")
                os.kill(chosen(gateway)[0], signal.SIGKILL)
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
