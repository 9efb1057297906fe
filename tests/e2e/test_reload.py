"""Changed settings under traffic: new workers take over, old ones drain, nothing is lost."""

import contextlib
import signal
import threading

from tests.e2e.mails import fresh_token, plain
from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import Client, send
from tests.services.gateway import Gateway
from tests.services.ports import HOST, free_ports, wait_until, wait_until_listening

MAIL = plain(fresh_token())


def test_new_workers_take_over_under_traffic(clamd: Clamd) -> None:
    """A port more and a smaller SIZE hold after SIGHUP, and each mail that got 250 meanwhile arrives once.

    Whoever is between two mails in an old worker hears 421, as at every drain, and may come back at once.
    """
    (extra,) = free_ports(1)
    with Capture() as hop, Gateway.running(f"smtp://{HOST}:{hop.port}", clamd.unix) as gateway:
        answers, is_over = list[int](), threading.Event()

        def traffic() -> None:
            while not is_over.is_set():
                with contextlib.suppress(ConnectionError):  # it waited in a listener that closed
                    answers.append(send(gateway.port, MAIL).code)

        sender = threading.Thread(target=traffic)
        with Client(gateway.port) as old:
            old.envelope()
            sender.start()
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
        is_over.set()
        sender.join()
        ready = gateway.is_ready()

    assert (finished.code, ready, "SIZE 1048576" in features) == (250, True, True)
    assert {250} <= set(answers) <= {250, 421, 0}
    assert answers.count(250) + 1 == len(hop.messages)
