"""What a client can take of a real gateway: each bound has its reply, and whoever keeps within it is served."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.e2e.mails import plain
from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import SENDER, Client, send
from tests.services.gateway import Gateway
from tests.services.ports import HOST

STRICT = """
[limits]
per_client = 5
recipients = 100
in_flight = "1MiB"
size = "1MiB"
command = "1s"
chunk = "1s"
"""


@contextmanager
def running(next_hop: Capture, clamd: Clamd, settings: str) -> Iterator[Gateway]:
    """Run a gateway of one worker, because limits count for each."""
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("POSTERN__SERVER__WORKERS", "1")
            gateway = stack.enter_context(Gateway.running(f"smtp://{HOST}:{next_hop.port}", clamd.unix, more=settings))
        yield gateway


@pytest.fixture(scope="module")
def hop() -> Iterator[Capture]:
    """Run a next hop that takes everybody."""
    with Capture() as running:
        yield running


@pytest.fixture(scope="module")
def strict(hop: Capture, clamd: Clamd) -> Iterator[Gateway]:
    """Run a gateway with narrow bounds."""
    with running(hop, clamd, STRICT) as gateway:
        yield gateway


@pytest.fixture(autouse=True)
def serves_afterwards(strict: Gateway, hop: Capture) -> Iterator[None]:
    """After whatever a test did, the next ordinary mail is served."""
    yield
    assert send(strict.port, plain("afterwards")).code == 250


def test_connections_of_one_address_have_a_bound(strict: Gateway) -> None:
    """421 4.7.0 instead of a greeting."""
    with ExitStack() as stack:
        codes = [stack.enter_context(Client(strict.port)).greeting.code for _ in range(5)]
        one_more = stack.enter_context(Client(strict.port)).greeting

    assert codes == [220] * 5
    assert str(one_more).startswith("421 4.7.0 too_many_connections:")


def test_recipients_have_a_bound_above_a_hundred(strict: Gateway, hop: Capture, token: str) -> None:
    """452 4.5.3 for the one beyond it, and the mail reaches all others."""
    with Client(strict.port) as client:
        client.command(f"MAIL FROM:<{SENDER}>")
        said = [client.command(f"RCPT TO:<user{number}@example.test>") for number in range(101)]
        accepted = client.data(plain(token))

    assert [one.code for one in said] == [250] * 100 + [452]
    assert str(said[-1]).startswith("452 4.5.3 too_many_recipients:")
    assert accepted.code == 250
    assert [len(one.recipients) for one in hop.containing(token)] == [100]


def test_silence_before_a_command_and_within_data_ends_with_421(strict: Gateway) -> None:
    """Whoever is slow is told why, and gives his place back."""
    with Client(strict.port) as idle, Client(strict.port) as writing:
        writing.envelope()
        writing.command("DATA")
        writing.say(b"Subject: half\r\n")
        said = [idle.answer(), writing.answer()]

    assert {str(one).partition(":")[0] for one in said} == {"421 4.4.2 timeout"}


def test_letter_by_letter_is_no_progress(strict: Gateway) -> None:
    """The time for a command counts from its start, not from the last letter."""
    heard, letters = b"", 0
    with socket.create_connection((HOST, strict.port), timeout=0.2) as client:
        while b"421 " not in heard and letters < 50:
            try:
                heard += client.recv(1000)
            except TimeoutError:
                client.sendall(b"N")
                letters += 1

    assert heard.splitlines()[-1].startswith(b"421 4.4.2 timeout:")
    assert letters > 1


@pytest.mark.parametrize(
    ("line", "most", "last"),
    [("BOGUS", 20, "421 4.7.0 connection_spent:"), ("NOOP", 1001, "421 4.7.0 connection_spent:")],
    ids=["errors", "commands"],
)
def test_errors_and_commands_have_a_bound(line: str, most: int, last: str, strict: Gateway) -> None:
    """The connection ends; its replies come up to the end."""
    with Client(strict.port) as client:
        client.say(f"{line}\r\n".encode() * most)
        said = []
        while (answer := client.answer()).code:
            said.append(answer)

    assert str(said[-1]).startswith(last)
    assert len(said) <= most + 1


@pytest.mark.parametrize("verb", ["GET / HTTP/1.1", "POST / HTTP/1.1"])
def test_web_request_is_cut_off_and_its_form_is_no_mail(verb: str, strict: Gateway, hop: Capture, token: str) -> None:
    """Nothing of what a browser was made to send is obeyed."""
    form = f"MAIL FROM:<{SENDER}>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n{token}\r\n.\r\n"
    with Client(strict.port) as client:
        client.say(f"{verb}\r\nHost: x\r\n\r\nEHLO x\r\n{form}".encode())
        said = client.answer()

    assert str(said).startswith("421 4.7.0 not_smtp:")
    assert hop.containing(token) == []


def test_mail_beyond_the_bytes_in_flight_waits(strict: Gateway) -> None:
    """452 4.3.1 while another large one is on its way; afterwards it is taken."""
    large = plain("large", ("x" * 70 + "\r\n") * 9000)
    with Client(strict.port) as first, Client(strict.port) as second:
        first.envelope()
        first.command("DATA")
        first.say(large)
        second.envelope()
        refused = second.data(large)
        finished = first.command(".")
        later = second.send(large)

    assert str(refused).startswith("452 4.3.1 overload:")
    assert (finished.code, later.code) == (250, 250)


def test_early_talker_is_sent_off_where_the_greeting_waits(hop: Capture, clamd: Clamd, token: str) -> None:
    """Who waits for the greeting is served."""
    with running(hop, clamd, '\n[limits]\ngreeting_delay = "1s"\n') as gateway:
        patient = send(gateway.port, plain(token))
        with socket.create_connection((HOST, gateway.port)) as hasty:
            hasty.sendall(b"EHLO hasty.example\r\n")
            said = hasty.recv(1000)

    assert patient.code == 250
    assert said.startswith(b"554 5.5.1 early_talker:")
