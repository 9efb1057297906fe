"""What a client gets when the next hop refuses, drops, stalls or talks nonsense, at each stage."""

from collections.abc import Iterator

import pytest

from tests.e2e.mails import plain
from tests.services.clamd import Clamd
from tests.services.client import send
from tests.services.gateway import Gateway
from tests.services.ports import HOST
from tests.services.scripted_hop import DROP, Fault, Hold, ScriptedHop

QUICK = '\n[limits]\ndeadline = "3s"\nask = "3s"\n'


@pytest.fixture(scope="module")
def hop() -> Iterator[ScriptedHop]:
    """Run a stand-in for a next hop that misbehaves as each test says."""
    with ScriptedHop({}) as running:
        yield running


@pytest.fixture(scope="module")
def impatient(hop: ScriptedHop, clamd: Clamd) -> Iterator[Gateway]:
    """Run a gateway before the stand-in, with little patience."""
    with Gateway.running(f"smtp://{HOST}:{hop.port}", clamd.unix, more=QUICK) as running:
        yield running


FAULTS: dict[str, tuple[dict[str, Fault], str]] = {
    "4xx at MAIL": ({"MAIL": b"451 4.3.0 not now\r\n"}, "451 4.3.0 not now"),
    "5xx at MAIL": ({"MAIL": b"550 5.7.1 not you\r\n"}, "550 5.7.1 not you"),
    "4xx at RCPT": ({"RCPT": b"450 4.2.1 box busy\r\n"}, "450 4.2.1 box busy"),
    "5xx at RCPT": ({"RCPT": b"550 5.2.1 box closed\r\n"}, "550 5.2.1 box closed"),
    "4xx at DATA": ({"DATA": b"451 4.3.0 not now\r\n"}, "451 4.3.0 not now"),
    "5xx at DATA": ({"DATA": b"554 5.7.1 no data\r\n"}, "554 5.7.1 no data"),
    "4xx after the dot": ({"DOT": b"452 4.3.1 disk full\r\n"}, "452 4.3.1 disk full"),
    "5xx after the dot": ({"DOT": b"554 5.6.0 not this\r\n"}, "554 5.6.0 not this"),
    "many lines after the dot": ({"DOT": b"554-5.6.0 not\r\n554 5.6.0 this\r\n"}, "554 5.6.0 not 5.6.0 this"),
    "drop at the greeting": ({"CONNECT": DROP}, "451 4.4.1 next_hop_down:"),
    "5xx greeting": ({"CONNECT": b"554 no service\r\n"}, "451 4.4.1 next_hop_down:"),
    "drop at EHLO": ({"EHLO": DROP, "HELO": DROP}, "451 4.4.1 next_hop_down:"),
    "drop at MAIL": ({"MAIL": DROP}, "451 4.4.1 next_hop_down:"),
    "drop at RCPT": ({"RCPT": DROP}, "451 4.4.1 next_hop_down:"),
    "drop at DATA": ({"DATA": DROP}, "451 4.4.1 next_hop_down:"),
    "drop after the dot": ({"DOT": DROP}, "451 4.4.1 next_hop_down:"),
    "junk at MAIL": ({"MAIL": b"hello there\r\n"}, "451 4.4.1 next_hop_down:"),
    "junk after the dot": ({"DOT": b"\xff\0OK\r\n"}, "451 4.4.1 next_hop_down:"),
    "empty line after the dot": ({"DOT": b"\r\n"}, "451 4.4.1 next_hop_down:"),
    "2xx without meaning at DATA": ({"DATA": b"250 ok\r\n"}, "451 4.4.1 next_hop_down:"),
    "3xx after the dot": ({"DOT": b"354 go on\r\n"}, "451 4.4.1 next_hop_down:"),
}
ACCEPTED: dict[str, dict[str, Fault]] = {
    "251 at RCPT": {"RCPT": b"251 2.1.5 will forward\r\n"},
    "other 2xx after the dot": {"DOT": b"259 2.0.0 fine\r\n"},
    "reply in many lines": {"DOT": b"250-2.0.0 one\r\n250-2.0.0 two\r\n250 2.0.0 three\r\n"},
}


@pytest.fixture
def faults(hop: ScriptedHop) -> Iterator[dict[str, Fault]]:
    """Give the stand-in's script, without connections from before, and empty it afterwards."""
    hop.drop_connections()
    yield hop.faults
    hop.faults.clear()


@pytest.mark.parametrize("kind", sorted(FAULTS))
def test_fault_of_the_next_hop_becomes_its_reply(
    kind: str, token: str, impatient: Gateway, faults: dict[str, Fault]
) -> None:
    """A definite refusal keeps its words; silence and nonsense are 4xx; the next mail is served at once."""
    script, expected = FAULTS[kind]
    faults.update(script)
    refused = send(impatient.port, plain(token))
    faults.clear()
    passed = send(impatient.port, plain(f"after-{token}"))

    assert str(refused).startswith(expected)
    assert passed.code == 250


@pytest.mark.parametrize("kind", sorted(ACCEPTED))
def test_any_2xx_means_accepted(kind: str, token: str, impatient: Gateway, faults: dict[str, Fault]) -> None:
    """RFC 5321 section 4.2.1: the first digit decides."""
    faults.update(ACCEPTED[kind])

    assert send(impatient.port, plain(token)).code // 100 == 2


@pytest.mark.parametrize("stage", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "DOT"])
def test_silence_of_the_next_hop_ends_in_time(
    stage: str, token: str, impatient: Gateway, faults: dict[str, Fault]
) -> None:
    """The client gets 451 long before its own patience ends."""
    hold = Hold()
    faults[stage] = hold
    refused = send(impatient.port, plain(token))
    hold.released.set()

    assert str(refused).startswith("451 4.4.1 next_hop_down:")


def test_answer_lost_after_the_dot_is_counted(token: str, impatient: Gateway, faults: dict[str, Fault]) -> None:
    """The message may have been delivered: the log says so, and the counter moves."""
    faults["DOT"] = DROP
    send(impatient.port, plain(token))
    metrics = impatient.get("/metrics")[1]
    (counted,) = [line.split()[1] for line in metrics.splitlines() if line.startswith("postern_unknown_outcomes_total")]

    assert [line for line in impatient.events("message") if line.get("unknown_outcome")]
    assert float(counted) >= 1
