"""What the senders behind a real Postfix see."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import builders
from tests.e2e.mails import USERS, Maker, plain, with_file, with_pdf
from tests.services import postfix
from tests.services.capture import Capture
from tests.services.clamd import Clamd
from tests.services.client import send
from tests.services.gateway import Gateway
from tests.services.ports import HOST, free_ports, wait_until
from tests.services.postfix import Postfix


def status_of(front: Postfix, said_text: str) -> str:
    """Wait for the front's log line about a message that it queued; return the line from `status=` on."""
    queue_id = said_text.partition("queued as ")[2].split()[0]
    line = re.compile(rf"{queue_id}: to=<.*?(status=.*)")
    wait_until(
        lambda: bool(line.search(front.log())), lambda: front.process.poll() is None, 60, f"the delivery of {queue_id}"
    )
    found = line.search(front.log())
    assert found
    return found[1]


def test_accepted_mail_is_sent(token: str, front: Postfix, inbox: Capture) -> None:
    """A Postfix of the world delivers through the gateway; its bytes arrive."""
    raw = with_pdf(token)
    status = status_of(front, send(front.port, raw).text)

    assert status.startswith("status=sent (250 2.0.0 Ok: queued as ")
    assert inbox.wait_for(token)[0].data.endswith(raw)


REFUSED: dict[str, tuple[Maker, str]] = {
    "virus": (lambda token: with_file(token, builders.eicar(), "image/png", "a.png"), "5.7.0 malware:"),
    "program": (
        lambda token: with_file(token, builders.program(), "application/pdf", "report.pdf"),
        "5.7.1 disguised:",
    ),
}


@pytest.mark.parametrize("kind", sorted(REFUSED))
def test_refusal_bounces_with_our_words(kind: str, token: str, front: Postfix, inbox: Capture) -> None:
    """The sender's own MTA tells its user what the gateway said."""
    make, expected = REFUSED[kind]
    status = status_of(front, send(front.port, make(token)).text)

    assert status.startswith("status=bounced")
    assert expected in status
    assert inbox.containing(token) == []


def test_unknown_user_bounces_with_the_next_hops_words(token: str, front: Postfix) -> None:
    """The sender learns from the tenant's own system that the address does not exist."""
    said = send(front.port, plain(token), recipient="nobody@example.test")

    assert "said: 550 5.1.1 <nobody@example.test>: Recipient address rejected" in status_of(front, said.text)


@pytest.fixture
def edge(clamd: Clamd, inbox: Capture) -> Iterator[Postfix]:
    """Run a Postfix with deploy/postfix, and a gateway between its two doors."""
    (back,) = free_ports(1)
    with Gateway.running(f"smtp://{HOST}:{back}", clamd.unix) as gateway:
        instance = postfix.before_queue(gateway.port, back, inbox.port, USERS)
        yield instance
        instance.stop()


def test_before_queue_fragments_let_the_client_see_our_reply(token: str, edge: Postfix, inbox: Capture) -> None:
    """The client of an edge Postfix gets the gateway's reply after DATA, and no bounce is made."""
    refused = send(edge.port, with_file(token, builders.program(), "application/pdf", "report.pdf"))
    unknown = send(edge.port, plain(token), recipient="nobody@example.test")
    passed = send(edge.port, with_pdf(f"after-{token}"))

    assert str(refused).startswith("550 5.7.1 disguised:")
    assert str(unknown).startswith("550 5.1.1")
    assert passed.code == 250
    inbox.wait_for(f"after-{token}")
    assert len(inbox.containing(token)) == 1


def test_fragments_hold_no_unknown_setting(edge: Postfix) -> None:
    """Postfix itself knows every parameter of the fragments."""
    etc = edge.folder / "etc"
    checks: list[list[str | Path]] = [
        ["postconf", "-c", etc, "-n"],
        ["postconf", "-c", etc, "-P"],
        ["postfix", "-c", etc, "check"],
    ]
    warnings = [subprocess.run(command, capture_output=True, check=True).stderr for command in checks]

    assert warnings == [b"", b"", b""]
